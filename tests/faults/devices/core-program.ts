// A device in a process of its own: the whole core with the real network, realtime, store process and settings file, and a
// keychain in a folder. It is asked by lines on stdin, answers by lines on stdout, and logs to stderr.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { Result } from '../../../contract/failure.ts';
import { ClientMessageId, UserId } from '../../../contract/ids.ts';
import type { Message } from '../../../contract/model.ts';
import { FileVault } from '../../canary/file-vault.ts';
import type { Entry } from '../history.ts';
import { type Answer, CoreOrder, Question } from './core-words.ts';
import { entryOf } from './entry.ts';
import { WrongClock } from './wrong-clock.ts';

const order = CoreOrder.parse(JSON.parse(process.argv[2] ?? ''));
// The settings file asks for Electron by name and needs none.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createLog } = await import('../../../main/adapters/log-stderr.ts');
const { createSettingsFile } = await import('../../../main/adapters/settings-electron-store.ts');
const { CoreDevice } = await import('../../journeys/core-device.ts');

const clock = new WrongClock();
if (order.clock !== null) clock.set(order.clock);
const device = await CoreDevice.started(order.service, {
  folder: order.folder,
  vault: new FileVault(order.vault),
  settingsFile: createSettingsFile(order.folder),
  log: createLog(),
  clock,
});
let scrolling: Promise<Entry[] | null> | null = null;
say({ begun: true });

const questions = createInterface(process.stdin);
questions.on('line', (line) => {
  const question = Question.parse(JSON.parse(line));
  void answer(question).then((value) => say({ id: question.id, failure: null, ...value }));
});
// Nobody is left who would ask.
questions.on('close', () => process.exit());

async function answer(question: Question): Promise<Partial<Answer>> {
  const { messenger, view } = device;
  const { handlers } = messenger;
  switch (question.do) {
    case 'send': {
      const clientMessageId = ClientMessageId.parse(question.key);
      const { epoch } = view.session;
      return failureOf(await handlers.sendMessage({ epoch, clientMessageId, text: question.text }));
    }
    case 'login': {
      const { userId, jwt } = question;
      const proof = jwt === undefined ? {} : { jwt };
      return failureOf(await handlers.login({ userId: UserId.parse(userId), ...proof }));
    }
    case 'logout':
      return failureOf(await handlers.logout(undefined));
    case 'list':
      return { list: await wholeThread() };
    case 'look':
      return { standing: { session: view.session.kind, link: view.link.kind, waiting: view.waiting } };
    case 'tryNow':
      messenger.tryNow();
      return {};
    case 'setClock':
      clock.set(question);
      return {};
    case 'stop':
      await device.quit();
      return {};
  }
}

/** As a person reads it: scrolled up to the very first message, once for all who ask meanwhile. */
function wholeThread(): Promise<Entry[] | null> {
  scrolling ??= scrollUp().finally(() => (scrolling = null));
  return scrolling;
}

async function scrollUp(): Promise<Entry[] | null> {
  const { handlers } = device.messenger;
  for (;;) {
    const { session, thread } = device.view;
    if (thread.older === 'beginning') break;
    if (!(await handlers.showOlder({ epoch: session.epoch })).ok) return null;
    await setImmediate();
  }
  return device.view.thread.newer ? scrollDown() : device.view.thread.messages.map(entryOf);
}

/** What is longer than a window holds is put together from what it showed on the way. */
async function scrollDown(): Promise<Entry[] | null> {
  const { handlers } = device.messenger;
  const seen = new Map<string, Message>();
  for (;;) {
    const { session, thread } = device.view;
    for (const message of thread.messages) seen.set(message.key, message);
    if (!thread.newer) return [...seen.values()].map(entryOf);
    if (!(await handlers.showNewer({ epoch: session.epoch })).ok) return null;
    await setImmediate();
  }
}

function failureOf(result: Result<unknown>): Partial<Answer> {
  return { failure: result.ok ? null : result.failure.kind };
}

function say(word: object): void {
  writeSync(1, `${JSON.stringify(word)}\n`);
}
