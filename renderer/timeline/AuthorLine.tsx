import type { Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/Icon.tsx';
import { looksLike, skeletonOf } from '../ui/look-alikes.ts';
import { shownName } from '../ui/names.ts';
import { useView } from '../view/surroundings.tsx';

/** Whose name stands over a group of the business's messages, and whether it pretends to be another one. */
export function AuthorLine({ given, name }: { readonly given: string | null; readonly name: string }) {
  const doubt = useDoubt(given);
  return (
    <div className="message-author">
      <bdi>{name}</bdi>
      {doubt !== null && (
        <span className="author-doubt">
          <Icon name="alert" />
          {strings.messages.doubts[doubt]}
        </span>
      )}
    </div>
  );
}

/** What nobody at a business is called: the app speaks so of itself and of the person before it. */
const reserved = ['System', 'Admin', 'Onethread'];

function useDoubt(given: string | null): 'unreadable' | 'lookAlike' | null {
  const self = useView(({ session }) => ('name' in session ? session.name : null));
  const messages = useView((view) => view.thread.messages);
  if (given === null) return null;
  if (shownName(given, '') === '') return 'unreadable';
  const skeleton = skeletonOf(given);
  const taken = [...reserved, strings.timeline.you, self ?? ''].map(skeletonOf);
  if (skeleton !== '' && taken.includes(skeleton)) return 'lookAlike';
  return looksLike(given, namesIn(messages)) ? 'lookAlike' : null;
}

/** The names of the business's people in a stretch of the thread, found out once for each stretch. */
const known = new WeakMap<readonly Message[], readonly string[]>();

function namesIn(messages: readonly Message[]): readonly string[] {
  const found = known.get(messages);
  if (found !== undefined) return found;
  const names = messages.flatMap(({ author }) => (author.kind === 'business' ? [author.name ?? ''] : []));
  const distinct = [...new Set(names)].filter((name) => name !== '');
  known.set(messages, distinct);
  return distinct;
}
