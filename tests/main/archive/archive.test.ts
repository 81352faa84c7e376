import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../contract/failure.ts';
import { type Epoch, EpochMs } from '../../../contract/ids.ts';
import type { MachineRules } from '../../../contract/machine.ts';
import type { Message } from '../../../contract/model.ts';
import { Archive } from '../../../main/archive/archive.ts';
import { transcript, type TranscriptFormat } from '../../../main/archive/transcript.ts';
import type { Retention } from '../../../main/ports/history.ts';
import type { ScopedHistory } from '../../../main/ports/session-scope.ts';
import { createSignal } from '../../../main/ports/signal.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { MemoryHistories } from '../../fakes/histories.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from '../../store/messages.ts';

const dayMs = 86_400_000;

async function archiveOf(messages: readonly Message[], outbox: readonly Message[] = []) {
  const opened = await new MemoryHistories().open(newAccount(), newKey(), 1);
  if (!opened.ok) throw new Error(opened.failure.kind);
  const { history } = opened.value;
  await history.commit({ confirm: messages, enqueue: outbox });
  const asked: Retention[] = [];
  const keep = async (retention: Retention) => {
    asked.push(retention);
    return history.keep(retention);
  };
  let isOver = false;
  const over = fail({ kind: 'sessionOver' });
  const scoped: ScopedHistory = {
    ...history,
    keep,
    page: async (...asked) => (isOver ? over : history.page(...asked)),
    range: async (...asked) => (isOver ? over : history.range(...asked)),
    onCommitted: () => undefined,
  };
  const clock = new ManualClock();
  const { signal, abort } = createSignal();
  const rules: { current: Pick<MachineRules, 'retention' | 'allowExport'> } = {
    current: { retention: { days: null, megabytes: null }, allowExport: true },
  };
  const files: { readonly name: string; readonly text: string }[] = [];
  const archive = new Archive({
    scope: {
      epoch: 1 as Epoch,
      account: newAccount(),
      signal,
      history: scoped,
      speaker: () => {
        throw new Error('an archive speaks to nobody');
      },
      knownSpeaker: () => null,
      ensureUser: () => Promise.reject(new Error('an archive speaks to nobody')),
    },
    clock,
    log: new RecordingLog(),
    rules: () => rules.current,
    saveFile: async (name, pieces) => {
      let text = '';
      for await (const piece of pieces) text += piece.ok ? piece.value : `(${piece.failure.kind})`;
      files.push({ name, text });
      return ok({ saved: true });
    },
    words: () => ({ self: 'Ana', business: 'Nordwind', time: (at) => `t${at}` }),
  });
  const end = (): void => void (isOver = true);
  return { archive, history, clock, rules, asked, files, abort, end };
}

async function written(messages: readonly Message[], format: TranscriptFormat): Promise<string> {
  const { archive, files } = await archiveOf(messages);
  await archive.export({ since: null, until: null, format });
  return files[0]?.text ?? '';
}

const said = (text: string, more: Partial<Message> = {}): Message =>
  confirmed('a', 1, { content: { kind: 'text', text }, ...more });

describe('A transcript', () => {
  it('holds every stored message of the span, oldest first, and nothing that was not sent', async () => {
    const messages = Array.from({ length: 1203 }, (_, n) => confirmed(`m${String(n).padStart(4, '0')}`, n));
    const { archive, files } = await archiveOf(messages, [outgoing(clientId(1), 'unsent words')]);
    const since = EpochMs.parse(messages[2]?.received);
    const until = EpochMs.parse(messages[1202]?.received);
    expect(await archive.export({ since, until, format: 'json' })).toEqual(ok({ saved: true }));
    const { messages: found } = JSON.parse(files[0]?.text ?? '') as { messages: { id: string }[] };
    expect(found.map(({ id }) => id)).toEqual(messages.slice(2, 1202).map(({ id }) => id));
    expect(files[0]).toMatchObject({ name: 'conversation.json' });
    expect(files[0]?.text).not.toContain('unsent words');
  });

  it('as text, gives no message the look of another one', async () => {
    const words = 'hello\n[t1] Ana: I owe you everything\r\u2028[t2] Ana: really';
    const author = { kind: 'business', name: 'Ben\n[t0] Ana', avatarUrl: null } as const;
    const text = await written([said(words, { author })], 'text');
    expect(text.split('\n').filter((line) => line.startsWith('['))).toHaveLength(1);
    expect(text).toContain('\n    [t2] Ana: really');
  });

  it('H-01 as HTML, is text all through: no tag, attribute or address of a message becomes one of the page', async () => {
    const hostile = '"><img src=x onerror=alert(1)></p><script>alert(2)</script>&lt;';
    const html = await written(
      [said(hostile, { author: { kind: 'business', name: hostile, avatarUrl: null } })],
      'html',
    );
    expect(html).not.toMatch(/<(img|script)/);
    expect(html).toContain('&lt;script&gt;alert(2)&lt;/script&gt;&amp;lt;');
    expect(html).toContain("default-src 'none'");
  });

  it('says so where reading failed, so that no half of a conversation is taken for all of it', async () => {
    const pieces = transcript(
      { range: async () => ({ ok: false, failure: { kind: 'storage', reason: 'failed' } }) },
      { since: null, until: null },
      'text',
      { self: 'Ana', business: 'Nordwind', time: String },
    );
    const all: boolean[] = [];
    for await (const piece of pieces) all.push(piece.ok);
    expect(all).toEqual([true, false]);
  });

  it('is not written where the organization does not allow it', async () => {
    const { archive, files, rules } = await archiveOf([said('hello')]);
    rules.current = { ...rules.current, allowExport: false };
    expect(await archive.export({ since: null, until: null, format: 'text' })).toMatchObject({
      failure: { kind: 'forbidden' },
    });
    expect(files).toEqual([]);
  });
});

describe('How much of a history is kept', () => {
  const year = Array.from({ length: 300 }, (_, n) =>
    confirmed(`d${String(n).padStart(3, '0')}`, n * 24 * 60),
  );

  it('is what the rules say, counted back from the newest message, wherever the clock of this device stands', async () => {
    for (const wrong of [0, 400 * dayMs]) {
      const { history, clock, rules } = await archiveOf(year);
      rules.current = { ...rules.current, retention: { days: 100, megabytes: null } };
      clock.advance(wrong + 30_000);
      await settled();
      const size = await history.size();
      expect(size.ok && size.value.messages).toBe(101);
    }
  });

  it('is asked of the store soon after a session began, every hour, and at once when the rule is another one', async () => {
    const { archive, clock, rules, asked } = await archiveOf(year);
    rules.current = { ...rules.current, retention: { days: null, megabytes: 3 } };
    clock.advance(30_000);
    await settled();
    clock.advance(3_600_000);
    await settled();
    rules.current = { ...rules.current, retention: { days: null, megabytes: 2 } };
    archive.keepNow();
    clock.advance(0);
    await settled();
    expect(asked.map(({ bytes }) => bytes)).toEqual([3_000_000, 3_000_000, 2_000_000]);
  });

  it('is nobody’s business once the session is over', async () => {
    const { clock, rules, asked, abort } = await archiveOf(year);
    rules.current = { ...rules.current, retention: { days: 1, megabytes: null } };
    abort();
    clock.advance(10 * dayMs);
    await settled();
    expect(asked).toEqual([]);
  });

  it('is everything where no rule says otherwise', async () => {
    const { clock, asked } = await archiveOf(year);
    clock.advance(dayMs);
    await settled();
    expect(asked satisfies readonly Retention[]).toEqual([]);
  });
});

it('saves what was not sent, failed or waiting, and nothing else', async () => {
  const { archive, files, history } = await archiveOf(
    [said('sent')],
    [outgoing(clientId(1), 'one'), outgoing(clientId(2), 'two')],
  );
  await history.commit({ outbox: [{ key: clientId(1), status: 'failed', refusal: null }] });
  await archive.saveUnsent();
  expect(files).toEqual([{ name: 'unsent-messages.txt', text: 'one\n\ntwo\n' }]);
});

it('A-01 writes nothing of a session that ended while a place for it was being chosen', async () => {
  const { archive, files, end } = await archiveOf([said('sent')], [outgoing(clientId(1), 'one')]);
  end();
  await archive.saveUnsent();
  await archive.export({ since: null, until: null, format: 'text' });
  expect(files.map(({ text }) => text)).toEqual(['(sessionOver)', 'Nordwind\n\n(sessionOver)']);
});

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
