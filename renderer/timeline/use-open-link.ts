import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';

/** Ask main to open an address outside; main judges it once more. */
export function useOpenLink(): (url: string) => void {
  const { smooch, complaints } = useSurroundings();
  return (url) =>
    void answered('openLink', smooch.openLink({ url })).then((answer) => {
      if (!answer.ok) complaints.complain(answer.failure);
    });
}
