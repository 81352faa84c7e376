import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Realtime } from '../../main/ports/realtime.ts';
import { hearing } from './realtime-hearing.ts';

/** A Bayeux server under the test's thumb, and the way to reach it. */
export interface RealtimeSite {
  readonly realtime: Realtime;
  readonly url: string;
  /** The code a credential is refused with, or null to accept it. */
  judge(verdict: (credential: unknown) => number | null): void;
  publish(channel: string, data: unknown): void | Promise<void>;
  /** Break every connection and take no new one. */
  goAway(): void | Promise<void>;
  dispose(): void | Promise<void>;
}

const channel = '/sdk/apps/app/appusers/bob';

/** What `Realtime` promises. */
export function realtimeSuite(name: string, openSite: () => Promise<RealtimeSite>): void {
  describe(`Realtime (${name})`, () => {
    let site: RealtimeSite;
    beforeEach(async () => {
      site = await openSite();
    });
    afterEach(() => site.dispose());

    const open = (credential: () => unknown = () => ({ jwt: 'j' })) => {
      const ear = hearing();
      const subscription = site.realtime.open({ url: site.url, channel, credential }, ear.listener);
      return { ...ear, ...subscription };
    };

    it('says so when it is subscribed, and then hands on what is published, in order', async () => {
      const ear = open();
      await ear.heardOf('subscribed');
      for (const n of [1, 2, 3]) await site.publish(channel, { n });
      await ear.heardOf('received', 3);
      expect(ear.heard).toEqual(['subscribed', { n: 1 }, { n: 2 }, { n: 3 }]);
      ear.close();
    });

    it('hears nothing of other channels', async () => {
      const ear = open();
      await ear.heardOf('subscribed');
      await site.publish('/sdk/apps/app/appusers/eve', { n: 1 });
      await site.publish(channel, { n: 2 });
      await ear.heardOf('received', 1);
      expect(ear.heard).toEqual(['subscribed', { n: 2 }]);
      ear.close();
    });

    it('proves itself with the credential of the moment', async () => {
      const seen: unknown[] = [];
      site.judge((credential) => (seen.push(credential), null));
      let jwt = 'old';
      const ear = open(() => ({ jwt }));
      jwt = 'new';
      await ear.heardOf('subscribed');
      expect(seen).toEqual([{ jwt: 'new' }]);
      ear.close();
    });

    it.each([403, 401])('tells the code of a refusal (%i), and nothing after it', async (code) => {
      site.judge(() => code);
      const ear = open();
      await ear.heardOf('refused');
      await site.goAway();
      expect(ear.heard).toEqual([`refused ${code}`]);
    });

    it('is down, once, when the service goes away', async () => {
      const ear = open();
      await ear.heardOf('subscribed');
      await site.goAway();
      await ear.heardOf('down');
      expect(ear.heard).toEqual(['subscribed', 'down']);
    });

    it('is down if nobody is there', async () => {
      await site.goAway();
      const ear = open();
      await ear.heardOf('down');
      expect(ear.heard).toEqual(['down']);
    });

    it('hears nothing after it was closed', async () => {
      const closedAtOnce = open();
      closedAtOnce.close();
      const ear = open();
      const witness = open();
      await Promise.all([ear.heardOf('subscribed'), witness.heardOf('subscribed')]);
      ear.close();
      await site.publish(channel, { n: 1 });
      await witness.heardOf('received', 1);
      await site.goAway();
      await witness.heardOf('down');
      expect(ear.heard).toEqual(['subscribed']);
      expect(closedAtOnce.heard).toEqual([]);
    });

    it('may be closed by what it says', async () => {
      const ear = hearing();
      const subscription = site.realtime.open(
        { url: site.url, channel, credential: () => ({}) },
        {
          ...ear.listener,
          subscribed() {
            ear.listener.subscribed();
            subscription.close();
          },
        },
      );
      const witness = open();
      await Promise.all([ear.heardOf('subscribed'), witness.heardOf('subscribed')]);
      await site.publish(channel, { n: 1 });
      await witness.heardOf('received', 1);
      expect(ear.heard).toEqual(['subscribed']);
      witness.close();
    });
  });
}
