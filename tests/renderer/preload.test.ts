import { resolve } from 'node:path';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { requestNames, viewPatchChannel } from '../../contract/channels.ts';

type Provider = { spellCheck(words: string[], tell: (misspelled: string[]) => void): void };
type Heard = (event: unknown, patch: unknown) => void;

/** The preload as it is shipped, run with an Electron that writes down what is asked of it. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: true,
      write: false,
      minify: true,
      target: 'node18',
      rolldownOptions: {
        input: resolve(import.meta.dirname, '../../preload/preload.ts'),
        external: ['electron'],
        output: { format: 'cjs' },
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

function run(code: string) {
  const invoked: unknown[][] = [];
  const listeners = new Map<string, Heard>();
  const exposed: Record<string, Record<string, (...input: unknown[]) => unknown>> = {};
  let provider: Provider | null = null;
  const electron = {
    webFrame: {
      setSpellCheckProvider: (_language: string, given: Provider) => void (provider = given),
    },
    contextBridge: {
      exposeInMainWorld: (name: string, api: (typeof exposed)[string]) => (exposed[name] = api),
    },
    ipcRenderer: {
      invoke: (...call: unknown[]) => {
        invoked.push(call);
        const value = call[0] === 'onethread:misspelled' ? ['wrold'] : { session: 'the session' };
        return Promise.resolve({ ok: true, value });
      },
      on: (channel: string, listener: Heard) => listeners.set(channel, listener),
      off: (channel: string) => listeners.delete(channel),
    },
  };
  new Function('require', 'exports', code)(() => electron, {});
  const smooch = exposed['smooch'];
  if (smooch === undefined) throw new Error('nothing was exposed');
  return { invoked, listeners, exposed, smooch, provider: (): Provider | null => provider };
}

describe('the preload', () => {
  let code = '';
  beforeAll(async () => {
    code = await bundle();
  });

  it('is little more than a kilobyte, without zod', () => {
    expect(code.length).toBeLessThan(1_408);
  });

  it('E-20 exposes one frozen object with a function per request, and nothing else', () => {
    const { exposed, smooch } = run(code);
    expect(Object.keys(exposed)).toEqual(['smooch']);
    expect(Object.keys(smooch).sort()).toEqual([...requestNames, 'session', 'onViewPatch'].sort());
    expect(Object.isFrozen(smooch)).toBe(true);
    expect(Object.values(smooch).every((each) => typeof each === 'function')).toBe(true);
  });

  it('E-20 asks main on the channel of the request, and hands on no more than the input', async () => {
    const { invoked, smooch } = run(code);
    await smooch['sendMessage']?.({ text: 'Hi' }, 'a second argument');
    await smooch['login']?.('ana');
    await smooch['login']?.('ana', 'a.b.c');
    expect(await smooch['session']?.()).toEqual({ ok: true, value: 'the session' });
    expect(invoked).toEqual([
      ['onethread:sendMessage', { text: 'Hi' }],
      ['onethread:login', { userId: 'ana' }],
      ['onethread:login', { userId: 'ana', jwt: 'a.b.c' }],
      ['onethread:getView', undefined],
    ]);
  });

  it('has the spelling of words checked by main, and believes nobody else', async () => {
    const { invoked, provider } = run(code);
    const told = new Promise((tell) => provider()?.spellCheck(['wrold'], tell));
    expect(await told).toEqual(['wrold']);
    expect(invoked).toEqual([['onethread:misspelled', { words: ['wrold'] }]]);
  });

  it('E-20 hands on patches without the event they came with, until undone', () => {
    const { listeners, smooch } = run(code);
    const heard: unknown[][] = [];
    const undo = smooch['onViewPatch']?.((...given: unknown[]) => heard.push(given)) as () => void;
    listeners.get(viewPatchChannel)?.({ sender: 'a way to every channel' }, { revision: 2 });
    expect(heard).toEqual([[{ revision: 2 }]]);
    expect(undo()).toBeUndefined();
    expect(listeners.size).toBe(0);
  });
});
