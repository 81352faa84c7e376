import type { Message } from '../../../contract/model.ts';
import { strings } from '../../strings/strings.ts';
import { Button } from '../../ui/Button.tsx';
import { useView } from '../../view/surroundings.tsx';
import { useReveal } from '../reveal.ts';

/**
 * The form that the business wants answered before anything else is written: only while it is the last word of the
 * conversation, so that nobody is ever kept from writing by what they cannot see.
 */
export function useFormFirst(): Message | null {
  const last = useView((view) => (view.thread.newer ? undefined : view.thread.messages.at(-1)));
  if (last?.author.kind !== 'business' || last.content.kind !== 'form') return null;
  return last.content.blocksComposer && !last.content.answered ? last : null;
}

/** Stands where the composer was; what was being written there waits. */
export function FormFirst({ form }: { readonly form: Message }) {
  const reveal = useReveal();
  return (
    <div className="composer form-first">
      <div className="column">
        <p role="status">{strings.forms.first}</p>
        <Button icon="edit" onClick={() => void reveal.message(form)}>
          {strings.forms.toForm}
        </Button>
      </div>
    </div>
  );
}
