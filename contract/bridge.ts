import type { RequestName } from './channels.ts';
import type { Result } from './failure.ts';
import type { Input, Output } from './requests.ts';
import type { ViewPatch } from './view.ts';

type Ask<N extends RequestName> = (
  ...input: Input<N> extends undefined ? [] : [Input<N>]
) => Promise<Result<Output<N>>>;

/**
 * `window.smooch`: what the preload exposes to the page, frozen. One method per request; names follow the Smooch web SDK
 * where the meaning is the same. Failures are values, so nothing but data crosses.
 */
export type SmoochBridge = { readonly [N in Exclude<RequestName, 'login'>]: Ask<N> } & {
  /**
   * Speak as `userId` from now on. Switches users if another is signed in; keeps the history of an anonymous person.
   *
   * @param jwt proof of the userId. A userId that has once used one needs one ever after.
   * @param how whether this computer remembers the person, and what becomes of an anonymous conversation.
   */
  login(
    userId: string,
    jwt?: string,
    how?: Omit<Input<'login'>, 'userId' | 'jwt'>,
  ): Promise<Result<Output<'login'>>>;
  /** The session of the last view seen by this page. */
  session(): Promise<Result<Output<'login'>>>;
  /** Hear every view patch. Subscribe before `getView`, so that nothing falls in between. Returns the undo. */
  onViewPatch(listener: (patch: ViewPatch) => void): () => void;
};
