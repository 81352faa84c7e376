import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Epoch } from '../../contract/ids.ts';
import type { Handlers, Input } from '../../contract/requests.ts';
import type { Appearance } from '../../contract/view.ts';
import type { ConversationRoom, Sessions } from '../ports/messenger.ts';
import type { ViewKeeper } from './view-keeper.ts';

/** What each request does: a list of one-liners. Requests about the thread are refused once their session is over. */
export function createHandlers(deps: {
  readonly sessions: Sessions;
  readonly view: ViewKeeper;
  /** The conversation of the session under way. */
  readonly conversation: () => ConversationRoom | null;
  readonly configure: (address: Input<'configure'>) => Promise<Result<void>>;
  readonly setAppearance: (appearance: Appearance) => Result<void>;
  readonly openLink: (url: string) => Promise<Result<void>>;
}): Handlers {
  const { sessions, view } = deps;

  const inConversation = async (
    { epoch }: { readonly epoch: Epoch },
    act: (room: ConversationRoom) => Promise<Result<void>> | Result<void>,
  ): Promise<Result<undefined>> => {
    const room = deps.conversation();
    if (room === null || epoch !== sessions.session.epoch) return fail({ kind: 'sessionOver' });
    return nothing(await act(room));
  };

  return {
    getView: async () => ok(view.view),
    login: ({ userId, jwt }) => sessions.login(userId, jwt),
    signIn: ({ userId, password }) => sessions.signIn(userId, password),
    logout: () => sessions.logout(),
    configure: async (address) => nothing(await deps.configure(address)),
    retryKeychain: () => sessions.retryKeychain(),
    useWithoutSaving: () => sessions.useWithoutSaving(),
    tryNow: async () => {
      deps.conversation()?.tryNow();
      return ok(undefined);
    },
    sendMessage: (input) => inConversation(input, (room) => room.send(input)),
    retryMessage: (input) => inConversation(input, (room) => room.retry(input.key)),
    discardMessage: (input) => inConversation(input, (room) => room.discard(input.key)),
    saveDraft: (input) => inConversation(input, (room) => room.saveDraft(input.text)),
    markAllAsRead: (input) => inConversation(input, (room) => room.markAllAsRead()),
    startTyping: (input) => inConversation(input, (room) => room.typing(true)),
    stopTyping: (input) => inConversation(input, (room) => room.typing(false)),
    triggerPostback: (input) => inConversation(input, (room) => room.triggerPostback(input.actionId)),
    updateUser: (input) => inConversation(input, () => sessions.updateUser(input.profile)),
    showOlder: (input) => inConversation(input, () => view.showOlder()),
    showLatest: (input) => inConversation(input, () => view.showLatest()),
    setAppearance: async (appearance) => nothing(deps.setAppearance(appearance)),
    dismissNotice: async ({ notice }) => {
      view.dismiss(notice);
      return ok(undefined);
    },
    openLink: async ({ url }) => nothing(await deps.openLink(url)),
  };
}

/** A request that answers with nothing answers with `undefined`, which is what its schema promises. */
function nothing(result: Result<void>): Result<undefined> {
  return result.ok ? ok(undefined) : result;
}
