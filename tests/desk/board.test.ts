import { describe, expect, it } from 'vitest';
import type { DeskChanges, DeskConversation, DeskMessage } from '../../contract/desk-api.ts';
import { Board, type BoardService, type BoardState } from '../../desk/board.ts';
import { emptyDraft, newCard } from '../../desk/draft.ts';
import { Trouble } from '../../desk/service.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const message = (id: string, second: number, type: 'user' | 'business' = 'user'): DeskMessage => ({
  ...{ id, received: at(second), author: { type }, content: { type: 'text', text: id } },
});
const conversation = (id: string, messages: readonly DeskMessage[]): DeskConversation => ({
  ...{ id, name: id, externalIds: [], unreadCount: 1, seenUntil: null },
  lastActivityAt: messages.at(-1)?.received ?? at(0),
  lastMessage: messages.at(-1) ?? null,
});

/** A service with a few conversations; its news is handed over by hand. */
class FakeService implements BoardService {
  readonly threads = new Map<string, DeskMessage[]>();
  readonly sent: string[] = [];
  readonly told: string[] = [];
  failure: Trouble | null = null;
  pageSize = 100;
  #waiting: ((news: Partial<DeskChanges> | Trouble) => void) | null = null;
  #asked: (() => void) | null = null;

  /** Once the board waits for news, gives it some. */
  async give(news: Partial<DeskChanges> | Trouble): Promise<void> {
    if (this.#waiting === null) await new Promise<void>((resolve) => (this.#asked = resolve));
    this.#waiting?.(news);
    this.#waiting = null;
    await new Promise((resolve) => setTimeout(resolve));
  }

  changes(after: string | null): Promise<DeskChanges> {
    const whole = (news: Partial<DeskChanges>) => ({ cursor: 'c', missed: false, changes: [], ...news });
    if (after === null) return Promise.resolve(whole({ missed: true }));
    return new Promise((resolve, reject) => {
      this.#waiting = (news) => (news instanceof Trouble ? reject(news) : resolve(whole(news)));
      this.#asked?.();
    });
  }

  #ask<T>(answer: () => T): Promise<T> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(answer());
  }

  conversations = (offset: number) =>
    this.#ask(() => {
      const all = [...this.threads].map(([id, messages]) => conversation(id, messages));
      return { conversations: all.slice(offset), hasMore: false };
    });

  conversation = (id: string) =>
    this.#ask(() => {
      const messages = this.threads.get(id);
      if (!messages) throw new Trouble('gone');
      return conversation(id, messages);
    });

  messages = (id: string, before?: string) =>
    this.#ask(() => {
      const all = this.threads.get(id) ?? [];
      const end = before === undefined ? all.length : all.findIndex((one) => one.id === before);
      const start = Math.max(0, end - this.pageSize);
      return { messages: all.slice(start, end), meta: { hasMore: start > 0 } };
    });

  /** The next answers are kept, and nobody is told. */
  losesAnswers = false;

  send = async (id: string, _name: string, content: { type: string; text?: string }, deskAnswer: string) => {
    const made = await this.#ask(() => {
      const plain = message(content.text ?? content.type, 50 + this.sent.length, 'business');
      const whole = { ...plain, metadata: { deskAnswer } };
      this.sent.push(whole.id);
      this.threads.get(id)?.push(whole);
      return whole;
    });
    if (this.losesAnswers) throw new Trouble('unreachable');
    return made;
  };

  tell = (id: string, _name: string, type: string) => this.#ask(() => void this.told.push(`${id} ${type}`));
  upload = () => this.#ask(() => ({ mediaUrl: '/attachments/x', mediaType: 'image/png' }));
}

async function started(): Promise<{ service: FakeService; board: Board; refused: () => number }> {
  const service = new FakeService();
  service.threads.set('ana', [message('hello', 1)]);
  service.threads.set('bo', [message('hi', 2)]);
  let refusals = 0;
  const board = new Board({ service, displayName: 'Mira', onRefused: () => (refusals += 1) });
  void board.start();
  await until(board, ({ link }) => link === 'live');
  return { service, board, refused: () => refusals };
}

function until(board: Board, holds: (state: BoardState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds(board.state)) return;
      leave();
      resolve();
    };
    const leave = board.subscribe(look);
    look();
  });
}

const texts = ({ thread }: BoardState) => thread?.messages?.map(({ id }) => id);

describe('A board', () => {
  it('puts on top what is news, and asks only for that', async () => {
    const { service, board } = await started();
    service.threads.get('ana')?.push(message('again', 9));
    await service.give({ changes: [{ kind: 'changed', conversationId: 'ana' }] });
    expect(board.state.conversations?.map(({ id }) => id)).toEqual(['ana', 'bo']);
    await service.give({ changes: [{ kind: 'removed', conversationId: 'ana' }] });
    expect(board.state.conversations?.map(({ id }) => id)).toEqual(['bo']);
    board.end();
  });

  it('looks at everything again when it missed something', async () => {
    const { service, board } = await started();
    board.open('ana');
    await until(board, (state) => texts(state)?.length === 1);
    service.threads.get('ana')?.push(message('missed', 9));
    service.threads.set('new', [message('new', 10)]);
    await service.give({ missed: true });
    expect(texts(board.state)).toEqual(['hello', 'missed']);
    expect(board.state.conversations).toHaveLength(3);
    board.end();
  });

  it('keeps earlier pages, and lets go of what was deleted', async () => {
    const { service, board } = await started();
    service.pageSize = 3;
    service.threads.set(
      'ana',
      [1, 2, 3, 4, 5].map((second) => message(`m${second}`, second)),
    );
    board.open('ana');
    await until(board, (state) => texts(state)?.length === 3);
    expect(board.state.thread?.hasEarlier).toBe(true);
    await board.loadEarlier();
    expect([texts(board.state), board.state.thread?.hasEarlier]).toEqual([
      ['m1', 'm2', 'm3', 'm4', 'm5'],
      false,
    ]);
    service.threads.get('ana')?.splice(3, 1);
    await service.give({ changes: [{ kind: 'changed', conversationId: 'ana' }] });
    expect(texts(board.state)).toEqual(['m1', 'm2', 'm3', 'm5']);
    board.end();
  });

  it('keeps an answer that did not go, and lets go of it once it has gone', async () => {
    const { service, board } = await started();
    board.open('ana');
    board.draft('ana', { ...emptyDraft, text: 'Here I am' });
    service.failure = new Trouble('unreachable');
    await board.send('ana');
    expect(board.draftOf('ana').text).toBe('Here I am');
    expect(board.state.problems.get('ana')).toContain('cannot be reached');
    service.failure = null;
    await board.send('ana');
    expect([service.sent, board.draftOf('ana'), board.state.problems.size]).toEqual([
      ['Here I am'],
      emptyDraft,
      0,
    ]);
    board.end();
  });

  it('sends an answer once, however often Enter is pressed', async () => {
    const { service, board } = await started();
    board.open('ana');
    board.draft('ana', { ...emptyDraft, text: 'Once' });
    await Promise.all([board.send('ana'), board.send('ana'), board.send('ana')]);
    expect(service.sent).toEqual(['Once']);
    board.end();
  });

  it('sends an answer once, though nobody could say that it had arrived; a changed one is another', async () => {
    const { service, board } = await started();
    board.open('ana');
    const cards = [{ ...newCard(), title: 'Box' }];
    board.draft('ana', { ...emptyDraft, text: 'Two boxes:', cards });
    service.losesAnswers = true;
    await board.send('ana');
    expect([service.sent, board.draftOf('ana').text]).toEqual([['Two boxes:'], 'Two boxes:']);
    service.losesAnswers = false;
    await board.send('ana');
    expect([service.sent, board.draftOf('ana')]).toEqual([['Two boxes:', 'carousel'], emptyDraft]);
    for (const text of ['Again', 'Again']) {
      board.draft('ana', { ...emptyDraft, text });
      await board.send('ana');
    }
    expect(service.sent.slice(2)).toEqual(['Again', 'Again']);
    board.end();
  });

  it('marks as read what is unread, once', async () => {
    const { service, board } = await started();
    board.markRead('ana');
    board.markRead('ana');
    expect(service.told).toEqual(['ana conversation:read']);
    expect(board.state.conversations?.find(({ id }) => id === 'ana')?.unreadCount).toBe(0);
    board.end();
  });

  it('shows who writes until they stop or have said it', async () => {
    const { service, board } = await started();
    await service.give({ changes: [{ kind: 'typing', conversationId: 'ana', isTyping: true }] });
    expect([...board.state.typing]).toEqual(['ana']);
    service.threads.get('ana')?.push(message('said', 9));
    await service.give({ changes: [{ kind: 'changed', conversationId: 'ana' }] });
    expect([...board.state.typing]).toEqual([]);
    board.end();
  });

  it('says that it has lost the connection, and ends with its key', async () => {
    const { service, board, refused } = await started();
    await service.give(new Trouble('unreachable'));
    expect(board.state.link).toBe('lost');
    service.threads.get('ana')?.push(message('meanwhile', 9));
    await until(board, ({ link }) => link === 'live');
    expect(board.state.conversations?.[0]?.lastMessage?.id).toBe('meanwhile');
    expect(refused()).toBe(0);
    board.end();
    const other = await started();
    await other.service.give(new Trouble('key'));
    expect(other.refused()).toBe(1);
    other.board.end();
  });
});
