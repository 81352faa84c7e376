import { useCallback } from 'react';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** What can be done about messages that were not sent; what goes wrong is said on top of the thread. */
export function useOutboxRequests() {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const retry = useCallback(
    async (key: string) => {
      const answer = await answered('retryMessage', smooch.retryMessage({ epoch, key }));
      if (!answer.ok) complaints.complain(answer.failure);
    },
    [complaints, epoch, smooch],
  );
  const discard = useCallback(
    async (key: string) => {
      const answer = await answered('discardMessage', smooch.discardMessage({ epoch, key }));
      if (!answer.ok) complaints.complain(answer.failure);
    },
    [complaints, epoch, smooch],
  );
  const retryAll = useCallback(async () => {
    const answer = await answered('retryAll', smooch.retryAll({ epoch }));
    if (!answer.ok) complaints.complain(answer.failure);
  }, [complaints, epoch, smooch]);
  return {
    retry: useCallback((key: string) => void retry(key), [retry]),
    discard: useCallback((key: string) => void discard(key), [discard]),
    retryAll: useCallback(() => void retryAll(), [retryAll]),
  };
}
