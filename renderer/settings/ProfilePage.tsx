import { useEffect, useState } from 'react';
import { isSomebody } from '../account/who-am-i.ts';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { DeviceTable } from './DeviceTable.tsx';
import { ProfileForm } from './ProfileForm.tsx';

type Read = Awaited<ReturnType<typeof answered<'profile'>>>;

/** What the business is told of the person, and of this device. */
export function ProfilePage() {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const isKnown = useView((view) => isSomebody(view.session));
  const [asked, askAgain] = useState(0);
  const [read, setRead] = useState<Read | null>(null);
  const say = strings.profile;
  useEffect(() => {
    let isWanted = true;
    void answered('profile', smooch.profile({ epoch })).then((answer) => {
      if (isWanted) setRead(answer);
    });
    return () => {
      isWanted = false;
    };
  }, [asked, epoch, smooch]);
  const problem = read === null || read.ok ? null : sentenceFor(read.failure);
  return (
    <div className="settings-page">
      <section className="settings-group">
        <h3>{say.title}</h3>
        <p className="hint">{isKnown ? say.hint : say.hintAnonymous}</p>
        {read?.ok === true && <ProfileForm profile={read.value} />}
        <p role="status">{read === null ? say.reading : null}</p>
        <Problem text={problem} />
        {problem !== null && (
          <div className="settings-buttons">
            <Button onClick={() => askAgain(asked + 1)}>{strings.common.tryAgain}</Button>
          </div>
        )}
      </section>
      <DeviceTable />
    </div>
  );
}
