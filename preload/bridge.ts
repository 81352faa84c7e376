import { ipcRenderer } from 'electron';
import type { SmoochBridge } from '../contract/bridge.ts';
import { requestChannel, requestNames, viewPatchChannel } from '../contract/channels.ts';
import type { RequestName } from '../contract/channels.ts';

// Nothing is judged here: main checks what goes in, the page parses what comes out.
const ask = (name: RequestName, input?: unknown) => ipcRenderer.invoke(requestChannel(name), input);

/** `window.smooch`: one function per request, and one way to listen. Nothing of Electron shows through it. */
export const bridge: SmoochBridge = Object.freeze({
  // `requestNames` holds every request name, so every method of the bridge is made here.
  ...(Object.fromEntries(requestNames.map((name) => [name, (input?: unknown) => ask(name, input)])) as Omit<
    SmoochBridge,
    'login' | 'session' | 'onViewPatch'
  >),
  login: (userId, jwt, how) => ask('login', { ...how, userId, ...(jwt === undefined ? {} : { jwt }) }),
  session: async () => {
    const answer = await ask('getView');
    return answer.ok ? { ok: true, value: answer.value.session } : answer;
  },
  onViewPatch: (listener) => {
    // The event stays here: it would hand the page a way to every channel.
    const hear = (_event: unknown, patch: Parameters<typeof listener>[0]) => listener(patch);
    ipcRenderer.on(viewPatchChannel, hear);
    return () => void ipcRenderer.off(viewPatchChannel, hear);
  },
} satisfies SmoochBridge);
