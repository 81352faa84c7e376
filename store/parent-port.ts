/** The one door of this process: to whoever started it. */
export interface ParentPort {
  onMessage(listener: (message: unknown) => void): void;
  post(message: object): void;
}

/** The part of Electron's `process.parentPort` (in a utility process) that we use. */
interface UtilityPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** Electron's door if there is one, else that of a forked Node. Without a parent this process has no reason to live. */
export function parentPort(): ParentPort {
  const utility: unknown = Reflect.get(process, 'parentPort');
  if (isUtilityPort(utility)) return fromUtilityPort(utility);
  if (process.send === undefined) throw new Error('The store is started by main, not by hand.');
  process.on('disconnect', () => process.exit(0));
  return {
    onMessage: (listener) => void process.on('message', listener),
    // A parent that is gone hears nothing; `disconnect` is on its way.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
  };
}

/** Chromium ends a utility process together with its parent. */
function fromUtilityPort(port: UtilityPort): ParentPort {
  return {
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    post: (message) => port.postMessage(message),
  };
}

function isUtilityPort(value: unknown): value is UtilityPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}
