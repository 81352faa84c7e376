import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../../contract/failure.ts';
import { AppId } from '../../../contract/ids.ts';
import { nodeSha256 } from '../../../main/adapters/digest-node.ts';
import { LinkSignIn } from '../../../main/identity/link-sign-in.ts';
import { Notes } from '../../../main/identity/notes.ts';
import { readSignInLink } from '../../../main/identity/sign-in-link.ts';
import { SettingsNoteList } from '../../../main/settings/note-list.ts';
import { Settings } from '../../../main/settings/settings.ts';
import { hostileLink } from '../../fakes/hostile-link.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { seededRandom } from '../../fakes/random.ts';
import { FakeDevice, ServiceWorld } from '../../fakes/service.ts';
import { MemorySettingsFile } from '../../fakes/settings.ts';
import { MemoryVault } from '../../fakes/vault.ts';

const stale = { ok: false, failure: { kind: 'staleLink' } };

/** A machine with a browser in which Ana signs in; `restart` keeps the disk and the keychain. */
class Machine {
  readonly world = new ServiceWorld();
  net = new FakeDevice(this.world);
  readonly clock = new ManualClock();
  readonly vault = new MemoryVault();
  readonly file = new MemorySettingsFile();
  readonly log = new RecordingLog();
  readonly random = seededRandom(11);
  readonly pages: string[] = [];
  opening: Result<void> = ok();
  mayKeep = true;
  signIn = this.#assemble();

  #assemble(): LinkSignIn {
    const { net: service, clock, vault, random, log } = this;
    const settings = new Settings({ file: this.file, log });
    const address = () => ({ configUrl: 'https://service.example/sdk/', appId: AppId.parse('app') });
    const list = new SettingsNoteList({ settings, address });
    const notes = new Notes({ vault, list, random, mayKeep: () => this.mayKeep });
    const openPage = async (url: string): Promise<Result<void>> => {
      this.pages.push(url);
      return this.opening;
    };
    return new LinkSignIn({ notes, service, clock, random, log, sha256: nodeSha256, openPage });
  }

  restart(): void {
    this.net = new FakeDevice(this.world);
    this.signIn = this.#assemble();
  }

  get asked(): URLSearchParams {
    return new URL(this.pages.at(-1) ?? '').searchParams;
  }

  /** Ana signs in on the page that was opened last. */
  link(): string {
    const { asked } = this;
    return `onethread://login?state=${asked.get('state')}&code=${this.world.code('ana', asked.get('code_challenge') ?? '')}`;
  }

  get left(): unknown {
    return [this.vault.items.size, (this.file.raw as { notes?: unknown }).notes ?? []];
  }
}

/** A machine that waits for its browser. */
async function waiting(remember?: boolean): Promise<Machine> {
  const machine = new Machine();
  expect(await machine.signIn.begin({ remember })).toEqual(ok());
  return machine;
}

describe('Sign-in in the browser', () => {
  it('opens the business’s page, and takes its answer for a proof', async () => {
    const machine = await waiting(true);
    expect(machine.pages).toEqual([expect.stringMatching(/^https:\/\/service\.example\/sign-in\/page\?/)]);
    expect(machine.asked.get('code_challenge_method')).toBe('S256');
    expect(await machine.signIn.accept(machine.link())).toMatchObject({
      value: { signedIn: { userId: 'ana', refreshToken: expect.any(String) as string }, remember: true },
    });
    expect([machine.left, machine.clock.scheduled]).toEqual([[0, []], 0]);
  });

  it('K-02 puts nothing on a command line, on the disk or into the log that is worth anything', async () => {
    const machine = await waiting();
    const link = machine.link();
    const [sealed = ''] = machine.vault.items.values();
    const { verifier, state } = JSON.parse(sealed) as { verifier: string; state: string };
    await machine.signIn.accept('onethread://login?state=nonsense');
    await machine.signIn.accept(link);
    const seen = [
      machine.pages.join(),
      link,
      JSON.stringify(machine.file.raw),
      JSON.stringify(machine.log.lines),
    ];
    expect(seen.filter((text) => text.includes(verifier))).toEqual([]);
    expect(seen.slice(2).filter((text) => text.includes(state) || text.includes('code-'))).toEqual([]);
  });

  it('counts when the answer is what starts the app', async () => {
    const machine = await waiting(false);
    machine.restart();
    expect(await machine.signIn.accept(machine.link())).toMatchObject({
      value: { signedIn: { userId: 'ana' }, remember: false },
    });
    expect(machine.left).toEqual([0, []]);
  });

  it('counts once', async () => {
    const machine = await waiting();
    const link = machine.link();
    const again = machine.link();
    expect((await machine.signIn.accept(link)).ok).toBe(true);
    expect(await machine.signIn.accept(link)).toEqual(stale);
    expect(await machine.signIn.accept(again)).toEqual(stale);
    machine.restart();
    expect(await machine.signIn.accept(again)).toEqual(stale);
    expect(machine.net.calls).toEqual([]);
  });

  it('counts once, also if it did not get through', async () => {
    const machine = await waiting();
    const link = machine.link();
    machine.net.goOffline();
    expect(await machine.signIn.accept(link)).toEqual({ ok: false, failure: { kind: 'offline' } });
    machine.net.goOnline();
    expect(await machine.signIn.accept(link)).toEqual(stale);
  });

  it('counts for ten minutes, in this run and in the next', async () => {
    const [here, restarted] = [await waiting(), await waiting()];
    await here.clock.advance(600_000);
    expect(await here.signIn.accept(here.link())).toEqual(stale);
    restarted.restart();
    restarted.clock.jump(600_001);
    expect(await restarted.signIn.accept(restarted.link())).toEqual(stale);
    for (const machine of [here, restarted])
      expect([machine.left, machine.net.calls.slice(1)]).toEqual([[0, []], []]);
  });

  it('D-11 counts though the clock is set meanwhile', async () => {
    for (const jump of [400, -400]) {
      const machine = await waiting();
      machine.clock.jump(jump * 24 * 3_600_000);
      expect((await machine.signIn.accept(machine.link())).ok).toBe(true);
    }
  });

  it('counts for the page that was opened last', async () => {
    const machine = await waiting();
    const first = machine.link();
    await machine.signIn.begin({});
    expect(machine.vault.items.size).toBe(1);
    expect(await machine.signIn.accept(first)).toEqual(stale);
    expect((await machine.signIn.accept(machine.link())).ok).toBe(true);
  });

  it('does not count once somebody else is here', async () => {
    const machine = await waiting();
    await machine.signIn.cancel();
    expect(await machine.signIn.accept(machine.link())).toEqual(stale);
    expect([machine.left, machine.clock.scheduled]).toEqual([[0, []], 0]);
  });

  it('is stale if the code is: that is all that is said', async () => {
    const machine = await waiting();
    const state = machine.asked.get('state') ?? '';
    expect(await machine.signIn.accept(`onethread://login?state=${state}&code=${'x'.repeat(43)}`)).toEqual(
      stale,
    );
  });

  it.each(['locked', 'unavailable'] as const)(
    'works in one run with a keychain that is %s',
    async (state) => {
      const machine = new Machine();
      machine.vault.state = state;
      expect(await machine.signIn.begin({})).toEqual(ok());
      expect((await machine.signIn.accept(machine.link())).ok).toBe(true);
    },
  );

  it('is never written where nothing may outlast the run', async () => {
    const machine = new Machine();
    machine.mayKeep = false;
    await machine.signIn.begin({});
    expect((await machine.signIn.accept(machine.link())).ok).toBe(true);
    expect([machine.vault.calls, machine.file.saves]).toEqual([[], 0]);
  });

  it('is not begun without a page, without a browser, or without the network', async () => {
    const machine = new Machine();
    machine.net.goOffline();
    expect(await machine.signIn.begin({})).toMatchObject({ failure: { kind: 'offline' } });
    machine.net.goOnline();
    machine.opening = { ok: false, failure: { kind: 'rejected', code: 'no_program', description: '' } };
    expect(await machine.signIn.begin({})).toEqual(machine.opening);
    Object.assign(machine.world.config, { signInPageUrl: null });
    machine.restart();
    expect(await machine.signIn.begin({})).toMatchObject({
      failure: { kind: 'rejected', code: 'no_sign_in' },
    });
    expect([machine.pages.length, machine.left]).toEqual([1, [0, []]]);
  });

  it('leaves nothing in the keychain for longer than a start after its time', async () => {
    const machine = await waiting();
    machine.restart();
    await machine.signIn.tidy();
    expect(machine.vault.items.size).toBe(1);
    machine.clock.jump(600_001);
    await machine.signIn.tidy();
    expect(machine.left).toEqual([0, []]);
  });
});

describe('A link from anywhere', () => {
  it('E-24 that is hostile changes nothing, asks nothing, and does not stop the one that is waited for', async () => {
    const machine = await waiting();
    const good = machine.link();
    const { state, code } = readSignInLink(good) ?? { state: '', code: '' };
    const before = machine.left;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(hostileLink({ state, code }), async (link) => {
        // Who knows the state is the browser.
        if (readSignInLink(link)?.state === state) return;
        tried += 1;
        expect(await machine.signIn.accept(link)).toEqual(stale);
      }),
      { numRuns: 1_000 },
    );
    expect(tried).toBeGreaterThan(900);
    expect([machine.left, machine.net.calls]).toEqual([before, ['config']]);
    expect((await machine.signIn.accept(good)).ok).toBe(true);
  });

  it('E-24 is read only if it is spelled in the one way', () => {
    const word = 'x'.repeat(43);
    expect(readSignInLink(`onethread://login?state=${word}&code=${word}`)).toEqual({
      state: word,
      code: word,
    });
    expect(readSignInLink(`onethread://login/?code=${word}&state=${word}`)).toEqual({
      state: word,
      code: word,
    });
    for (const link of [
      '',
      'onethread:',
      'onethread://login',
      `onethread://login?state=${word}`,
      `onethread://login?state=${word}&code=${word}&jwt=a.b.c`,
      `onethread://login?state=${word}&code=${word}&userId=${word}`,
      `onethread://login?state=${word}&code=${word}&state=${word}`,
      `onethread://login?state=${word}&code=${word}&`,
      `onethread://login?state=${word}&code=${word}#`,
      `onethread://login?state=${word}&code=%78${word}`,
      `onethread://login?state=${word}&code=${word}\n`,
      `onethread://login?state=${word}&code=`,
      `onethread://login?state=${word}&code=${'x'.repeat(513)}`,
      `onethread://login:80?state=${word}&code=${word}`,
      `onethread://a@login?state=${word}&code=${word}`,
      `onethread://logout?state=${word}&code=${word}`,
      `ONETHREAD://login?state=${word}&code=${word}`,
      ` onethread://login?state=${word}&code=${word}`,
      `https://evil.tld/onethread://login?state=${word}&code=${word}`,
      `onethread://login?__proto__=${word}&code=${word}`,
    ]) {
      expect(readSignInLink(link), link).toBeNull();
    }
  });
});
