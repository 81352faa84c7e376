import { detailOf, type RunEvent } from '../history.ts';
import { type Checker, Complaints, type Limits } from './checker.ts';
import { confirmedNames, type Past } from './past.ts';

/**
 * I10: every number that was counted keeps within its limit, requests within what the messages and the time of the run
 * allow; and all agree soon after the last fault.
 */
export const boundedEffort: Checker = (past, limits) => {
  const complaints = new Complaints('I10');
  const counted = past.events.filter(({ f }) => f === 'count');
  for (const event of counted) {
    for (const [name, value] of Object.entries(detailOf('count', event))) {
      const most = mostOf(name, past, limits);
      if (name === 'convergedMs' && value === null) complaints.add(event, null, 'they never came to agree');
      if (most !== null && value !== null && value > most)
        complaints.add(event, null, `${name} came to ${Math.round(value)}; at most ${Math.round(most)}`);
    }
  }
  const late = convergence(past);
  if (late !== null && late.ms > limits.convergedMs)
    complaints.add(
      late,
      null,
      `agreed ${Math.round(late.ms)} ms after the last fault; at most ${limits.convergedMs}`,
    );
  const checked = counted.length + (late === null ? 0 : 1);
  return {
    breaches: complaints.breaches,
    checked,
    ...(late === null ? {} : { counts: { agreedMs: Math.round(late.ms) } }),
  };
};

function mostOf(name: string, past: Past, limits: Limits): number | null {
  if (name === 'convergedMs') return limits.convergedMs;
  if (name !== 'requests') return limits.counted[name] ?? null;
  const { run, message, second } = limits.requests;
  const last = past.events.at(-1)?.t ?? 0;
  return run + message * past.written.size + (second * last) / 1_000_000;
}

/** When the last device read what it then kept on reading: the service's whole thread. Null before anything healed. */
function convergence(past: Past): { readonly dev: string; readonly t: number; readonly ms: number } | null {
  const healed = past.phases.get('heal');
  if (healed === undefined) return null;
  let last: { dev: string; t: number; ms: number } | null = null;
  for (const dev of past.devices) {
    let agreedAt: number | null = null;
    for (const read of past.reads) {
      if (read.dev !== dev || read.t < healed || read.users.length !== 1) continue;
      const table = past.service.get(read.users[0] ?? '');
      const agrees = table === undefined || confirmedNames(read).join() === confirmedNames(table).join();
      agreedAt = agrees ? (agreedAt ?? read.t) : null;
    }
    if (agreedAt !== null && agreedAt > (last?.t ?? 0))
      last = { dev, t: agreedAt, ms: (agreedAt - healed) / 1_000 };
  }
  return last;
}

/** I11: everything starts, soon; nothing ends unasked; input is answered; every error has a name of its own. */
export const alive: Checker = ({ events }, limits) => {
  const complaints = new Complaints('I11');
  const begun = new Map<string, number>();
  const inputs: number[] = [];
  let checked = 0;
  for (const event of events) {
    checked += judge(event, { complaints, begun, inputs, limits });
  }
  inputs.sort((a, b) => a - b);
  const p99 = inputs[Math.floor(inputs.length * 0.99)] ?? 0;
  if (p99 > limits.inputP99Ms)
    complaints.add(
      { dev: 'harness', t: events.at(-1)?.t ?? 0 },
      null,
      `input is answered in ${Math.round(p99)} ms (p99); at most ${limits.inputP99Ms}`,
    );
  return { breaches: complaints.breaches, checked, counts: { inputs: inputs.length } };
};

/** The words of `contract/failure.ts`, and of the keychain's and the disk's troubles beneath them. */
const knownAlerts = new Set([
  ...['offline', 'throttled', 'unavailable', 'signedOut', 'wrongPassword', 'rejected', 'malformed'],
  ...['unknownApp', 'unconfigured', 'superseded', 'sessionOver', 'tooLong', 'alreadySent', 'wrongPasscode'],
  ...['passcodeNeeded', 'passcodeTooShort', 'forbidden', 'questionOpen', 'staleLink', 'keychain', 'storage'],
]);

function judge(
  event: RunEvent,
  so: {
    readonly complaints: Complaints;
    readonly begun: Map<string, number>;
    readonly inputs: number[];
    readonly limits: Limits;
  },
): number {
  const { f, type, dev, t } = event;
  if (f === 'start' && type === 'invoke') so.begun.set(dev, t);
  if (f === 'start' && type === 'fail') so.complaints.add(event, null, 'did not start');
  if (f === 'start' && type === 'ok') {
    const ms = (t - (so.begun.get(dev) ?? t)) / 1_000;
    if (ms > so.limits.startMs)
      so.complaints.add(event, null, `took ${Math.round(ms)} ms to start; at most ${so.limits.startMs}`);
  }
  if (f === 'exit') so.complaints.add(event, null, 'ended though nobody asked');
  if (f === 'alert' && !knownAlerts.has(detailOf('alert', event)))
    so.complaints.add(event, null, `shows an error without a name: ${detailOf('alert', event)}`);
  if (f === 'alive') {
    const answer = detailOf('alive', event);
    if ('inputMs' in answer) so.inputs.push(answer.inputMs);
    else so.complaints.add(event, null, `did not answer: ${answer.why}`);
  }
  return ['start', 'exit', 'alert', 'alive'].includes(f) ? 1 : 0;
}
