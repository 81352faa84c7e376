import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { View } from '../../../contract/view.ts';
import type { MachineChoices } from '../../../contract/machine.ts';
import { erases, machine, owner, plan, Play, type Run, type Step, stranger, writerOf } from './play.ts';

/** The long run asks for more: `ONETHREAD_RUNS=1000 npx vitest run tests/main/identity/interleavings`. */
const runs = Number(process.env['ONETHREAD_RUNS'] ?? 300);

/** How much happened: nothing happening is a failure too. */
const seen = { written: 0, sessions: 0, locked: 0, questions: 0, renewals: 0, forgotten: 0, kept: 0 };

/** What rests on the machine, by what the settings list. */
const Settings = z.object({
  accounts: z.array(z.object({ id: z.string() })).default([]),
  notes: z.array(z.object({ id: z.string() })).default([]),
  erasing: z.array(z.string()).default([]),
  passing: z.array(z.string()).default([]),
});

function checkService({ world }: Play): void {
  const live = world.users.filter((user) => user.mergedInto === null);
  const userIds = live.flatMap(({ userId }) => (userId === null ? [] : [userId]));
  expect(new Set(userIds).size).toBe(userIds.length);
  for (const { userId, messages } of live) {
    for (const { content } of messages) {
      // What an anonymous person wrote may become somebody's by their own login; nobody else's may.
      if (writerOf(content.text) !== 'anonymous') expect(userId).toBe(writerOf(content.text));
      seen.written += 1;
    }
    const ids = messages.map(({ clientMessageId }) => clientMessageId);
    expect(new Set(ids).size).toBe(ids.length);
  }
}

/** The texts of a view: what it may show of its owner, and of nobody else. */
const textsIn = ({ thread, draft }: View): readonly string[] =>
  [...thread.messages.map(({ content }) => content.text), draft].filter((text) => text !== '');

function checkView(view: View, namesAreKept: boolean): void {
  for (const text of textsIn(view)) {
    if (writerOf(text) === 'anonymous') continue;
    if (owner(view) !== 'anonymous' || namesAreKept) expect(owner(view)).toBe(writerOf(text));
  }
  const { session, accounts, question } = view;
  if (session.kind === 'locked' || session.kind === 'keychainTrouble') {
    expect([...textsIn(view), view.unreadCount, view.waiting, view.question]).toEqual([0, 0, null]);
    seen.locked += 1;
  }
  // Whoever is not to be remembered is on no list, whoever looks at it.
  expect(accounts.map(({ userId }) => userId)).not.toContain(stranger);
  if (question !== null) {
    expect(['anonymous', 'starting']).toContain(session.kind);
    seen.questions += 1;
  }
}

/** Between two people the page is made anew; only who had no name may go on under one. */
function checkPages({ views, renewals }: Run): void {
  let on: string | null = null;
  let since = 0;
  views.forEach((view, at) => {
    if (view.thread.messages.length === 0) return;
    const now = owner(view);
    const isRenewed = renewals.some((renewal) => renewal >= since && renewal < at);
    if (on !== null && on !== 'anonymous' && now !== on) expect(isRenewed).toBe(true);
    on = now;
    since = at;
  });
  seen.renewals += renewals.length;
}

/** At rest: one feed at most, that of the session on the screen, and one open history. */
function checkHeld({ device, world }: Play): void {
  const { net, view } = device;
  const ours = [...world.followers].filter(({ device: other }) => other === net);
  expect(ours.length).toBeLessThanOrEqual(1);
  for (const { who } of ours) expect(who().userId ?? 'anonymous').toBe(owner(view));
  const isOpen = ['anonymous', 'identified', 'signInNeeded'].includes(view.session.kind);
  expect(device.stillOpen).toBe(isOpen ? 1 : 0);
  expect([isOpen, 'locked'].includes(isOpen || view.session.kind)).toBe(true);
  if (view.session.kind === 'anonymous' || view.session.kind === 'identified') expect(view.waiting).toBe(0);
}

/** Where nobody was erased, what was accepted of people with a name has arrived, or waits in their own history. */
function checkNothingLost(
  { accepted, world, device }: Play,
  rules: MachineChoices,
  steps: readonly Step[],
): void {
  if (steps.some(erases) || rules.mode !== undefined) return;
  const arrived = world.users.flatMap(({ messages }) => messages.map(({ content }) => content.text));
  const waiting = [...device.histories.disk.values()].flatMap(({ state }) =>
    [...state.rows.values()].map(({ message }) => message.content.text),
  );
  const here = new Set([...arrived, ...waiting]);
  const kept = accepted.filter((text) => ['a', 'b'].includes(writerOf(text)));
  expect(kept.filter((text) => !here.has(text))).toEqual([]);
  seen.kept += kept.length;
}

/** After one more start everything that rests is known, and nothing of who is not remembered does. */
function checkRest({ device }: Play): void {
  const { accounts, notes, erasing } = Settings.parse(device.settingsFile.raw);
  const known = new Set([...accounts, ...notes].map(({ id }) => id));
  expect(erasing).toEqual([]);
  expect([...device.vault.items.keys()].filter((id) => !known.has(id))).toEqual([]);
  const files = new Set(accounts.map(({ id }) => id));
  expect([...device.histories.disk.keys()].filter((id) => !files.has(id))).toEqual([]);
  expect([...device.vault.items.values()].filter((item) => item.includes(`"userId":"${stranger}"`))).toEqual(
    [],
  );
  expect(owner(device.view)).not.toBe(stranger);
  seen.forgotten += 1;
}

describe('Any interleaving of boot, login, switch, lock, logout, send, kill and late answers', () => {
  it(
    'A-01 A-03 A-04 A-05 K-04 R-09 ends in one state, settles every call, makes one user per userId, and nothing crosses',
    { timeout: 900_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(machine, plan, async (rules, steps) => {
          const play = new Play(rules);
          await play.run(steps);
          await play.everyCallAnswers();
          checkService(play);
          checkHeld(play);
          checkNothingLost(play, rules, steps);
          await play.restart();
          await play.everyCallAnswers();
          checkService(play);
          checkHeld(play);
          checkRest(play);
          // Whoever got a name while the keychain took nothing, and was killed, comes back without it.
          const namesAreKept = !steps.some((each) => each.do === 'keychainLocked');
          for (const run of play.runs) {
            for (const view of run.views) checkView(view, namesAreKept);
            checkPages(run);
            seen.sessions += new Set(run.views.map(({ session }) => session.epoch)).size;
          }
        }),
        { numRuns: runs },
      );
      expect(seen.written).toBeGreaterThan(runs);
      expect(seen.sessions).toBeGreaterThan(runs * 2);
      const { locked, questions, renewals, forgotten, kept } = seen;
      expect(Math.min(locked, questions, renewals, forgotten, kept)).toBeGreaterThan(runs / 100);
    },
  );
});
