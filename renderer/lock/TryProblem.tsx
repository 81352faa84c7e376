import { strings } from '../strings/strings.ts';
import { Problem } from '../ui/Problem.tsx';

type Props = {
  readonly problem: string | null;
  /** Seconds until the next try counts. */
  readonly left: number;
  /** The problem named a time: it is told once, and the count stands in its place. */
  readonly hadToWait: boolean;
};

/** Why a try failed, and how long until the next one: the count runs for the eyes, the ears hear once how long it is. */
export function TryProblem({ problem, left, hadToWait }: Props) {
  return (
    <>
      <Problem text={problem} unseen={hadToWait} />
      {left > 0 && (
        <p className="problem" aria-hidden="true">
          {strings.lock.waitFor(left)}
        </p>
      )}
    </>
  );
}
