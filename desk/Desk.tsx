import { useCallback, useEffect, useState } from 'react';
import type { DeskApp } from '../contract/desk-api.ts';
import { Board } from './board.ts';
import { Room } from './Room.tsx';
import { SignIn } from './SignIn.tsx';
import type { Service } from './service.ts';

export interface SignedIn {
  readonly service: Service;
  readonly app: DeskApp;
  readonly displayName: string;
}

/** Nothing of who signed in outlives the page: a reload asks for the key again. */
export function Desk() {
  const [at, setAt] = useState<{ readonly app: DeskApp; readonly board: Board } | null>(null);
  const [notice, setNotice] = useState('');

  const leave = useCallback((why: string) => {
    setAt(null);
    setNotice(why);
  }, []);
  const enter = ({ service, app, displayName }: SignedIn): void => {
    const onRefused = () => leave('The key is no longer valid. Sign in with another.');
    setAt({ app, board: new Board({ service, displayName, onRefused }) });
    setNotice('');
  };
  useEffect(() => {
    if (at === null) return undefined;
    void at.board.start();
    return () => at.board.end();
  }, [at]);
  useEffect(() => {
    document.title = at === null ? 'Desk' : `Desk · ${at.app.name}`;
  }, [at]);

  if (at === null) return <SignIn notice={notice} onEnter={enter} />;
  return <Room app={at.app} board={at.board} onLeave={() => leave('You are signed out.')} />;
}
