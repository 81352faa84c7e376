import type { Result } from '../../contract/failure.ts';
import type { Input, Output } from '../../contract/requests.ts';
import type { MatchCount, SearchPage } from '../../contract/search.ts';
import type { HistorySize } from './history.ts';
import type { Session } from '../../contract/session.ts';

/** Who speaks: what a window may ask about the session. */
export interface Sessions {
  readonly session: Session;
  login(how: Input<'login'>): Promise<Result<Session>>;
  signIn(how: Input<'signIn'>): Promise<Result<Session>>;
  beginBrowserSignIn(how: Input<'beginBrowserSignIn'>): Promise<Result<void>>;
  answerQuestion(answer: Input<'answerQuestion'>['answer']): Promise<Result<Session>>;
  switchAccount(how: Input<'switchAccount'>): Promise<Result<Session>>;
  forgetAccount(account: Input<'forgetAccount'>['account']): Promise<Result<Output<'forgetAccount'>>>;
  lock(): Promise<Result<Session>>;
  unlock(passcode: string): Promise<Result<Session>>;
  setPasscode(how: Omit<Input<'setPasscode'>, 'epoch'>): Promise<Result<void>>;
  usePassphrase(passphrase: string): Promise<Result<Session>>;
  logout(): Promise<Result<Output<'logout'>>>;
  retryKeychain(): Promise<Result<Session>>;
  useWithoutSaving(): Promise<Result<Session>>;
  updateUser(profile: Input<'updateUser'>['profile']): Promise<Result<void>>;
  profile(): Promise<Result<Output<'profile'>>>;
}

/** The conversation of the current session: what a window may ask about it. Ends with the session. */
export interface ConversationRoom {
  send(message: Omit<Input<'sendMessage'>, 'epoch'>): Promise<Result<void>>;
  sendFile(file: Omit<Input<'sendFile'>, 'epoch'>): Promise<Result<void>>;
  sendForm(answer: Omit<Input<'sendForm'>, 'epoch'>): Promise<Result<void>>;
  retry(key: string): Promise<Result<void>>;
  retryAll(): Promise<Result<void>>;
  edit(key: string, text: string): Promise<Result<void>>;
  discard(key: string): Promise<Result<void>>;
  saveDraft(text: string): Promise<Result<void>>;
  markAllAsRead(): Promise<Result<void>>;
  typing(started: boolean): Promise<Result<void>>;
  triggerPostback(action: Input<'triggerPostback'>['actionId']): Promise<Result<void>>;
  /** Do now what waits for a timer. */
  tryNow(): void;
}

/** What is stored of that conversation, as a whole. Ends with the session. */
export interface Archives {
  search(query: Omit<Input<'search'>, 'epoch'>): Promise<Result<SearchPage>>;
  countMatches(terms: Input<'countMatches'>['terms']): Promise<Result<MatchCount>>;
  size(): Promise<Result<HistorySize>>;
  /** `forbidden` where the machine's rules do not allow it. */
  export(how: Omit<Input<'exportHistory'>, 'epoch'>): Promise<Result<Output<'exportHistory'>>>;
  /** What was never accepted, oldest first, as plain text. */
  saveUnsent(): Promise<Result<Output<'saveUnsent'>>>;
}

/** Pictures, sounds and files of that conversation. Ends with the session. */
export interface MediaRoom {
  show(which: Omit<Input<'showMedia'>, 'epoch'>): Promise<Result<Output<'showMedia'>>>;
  save(which: Omit<Input<'saveMedia'>, 'epoch'>): Promise<Result<Output<'saveMedia'>>>;
}
