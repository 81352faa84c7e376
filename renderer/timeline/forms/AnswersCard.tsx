import { answerText } from '../../../contract/forms.ts';
import type { FormAnswer } from '../../../contract/forms.ts';
import { strings } from '../../strings/strings.ts';
import { shownText } from '../../ui/names.ts';

/** What was answered to a form, question by question. */
export function AnswersCard({ answers }: { readonly answers: readonly FormAnswer[] }) {
  return (
    <dl className="answers" aria-label={strings.forms.given}>
      {answers.map((answer, index) => (
        <div key={index}>
          <dt dir="auto">{shownText(answer.label)}</dt>
          <dd dir="auto">{shownText(answerText(answer))}</dd>
        </div>
      ))}
    </dl>
  );
}
