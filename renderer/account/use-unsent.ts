import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

export type Unsent = { readonly waiting: number; readonly failed: number };

/** Sending everything before signing out. `underWay`: a failed message was seen to be on its way again. */
export type SendOut = { readonly all: number; readonly underWay: boolean };

/** `sent`: nothing is left. `stuck`: what is left has failed again. */
export function nextSendOut(now: SendOut, { waiting, failed }: Unsent): SendOut | 'sent' | 'stuck' {
  if (waiting + failed === 0) return 'sent';
  if (waiting > 0) return now.underWay ? now : { ...now, underWay: true };
  return now.underWay ? 'stuck' : now;
}

/** What this device wrote and the service has not accepted: the queue, and what failed in the stretch that is shown. */
export function useUnsent() {
  const waiting = useView((view) => view.waiting);
  const messages = useView((view) => view.thread.messages);
  const failed = useMemo(() => messages.filter(({ status }) => status === 'failed'), [messages]);
  return { waiting, failed };
}

/** @param onSent everything was sent: called once. */
export function useSendOut(onSent: () => void) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const { waiting, failed } = useUnsent();
  const unsent = { waiting, failed: failed.length };
  const left = waiting + failed.length;
  const [run, setRun] = useState<SendOut | null>(null);
  const [isStuck, setIsStuck] = useState(false);
  const next = run === null ? null : nextSendOut(run, unsent);
  if (next === 'stuck') {
    setRun(null);
    setIsStuck(true);
  } else if (next !== null && next !== 'sent' && next !== run) setRun(next);
  const onAllSent = useEffectEvent(onSent);
  useEffect(() => {
    if (next === 'sent') onAllSent();
  }, [next]);
  const start = async () => {
    setIsStuck(false);
    for (const { key } of failed) await answered('retryMessage', smooch.retryMessage({ epoch, key }));
    await answered('tryNow', smooch.tryNow());
    setRun({ all: left, underWay: failed.length === 0 });
  };
  return { left, run, isStuck, start: () => void start(), stop: () => setRun(null) };
}
