import type { Writing } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Check } from '../ui/Check.tsx';
import { SelectChoice } from '../ui/Choice.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

const undoTimes = [0, 3, 5, 10];

export function WritingPage() {
  const { smooch } = useSurroundings();
  const writing = useView((view) => view.writing);
  const { problem, ask } = useAsking();
  const say = strings.writing;
  const choose = (part: Partial<Writing>) =>
    void ask(() => answered('setWriting', smooch.setWriting({ ...writing, ...part })));
  const times = [...new Set([...undoTimes, writing.undoSeconds])].sort((one, other) => one - other);
  return (
    <div className="settings-page">
      <Check
        label={say.enterSends}
        hint={writing.enterSends ? say.enterSendsHint : say.enterBreaksHint}
        checked={writing.enterSends}
        onCheck={(enterSends) => choose({ enterSends })}
      />
      <SelectChoice
        label={say.undo}
        note={say.undoHint}
        options={times.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? say.undoOff : say.undoSeconds(seconds),
        }))}
        value={String(writing.undoSeconds)}
        onChoose={(value) => choose({ undoSeconds: Number(value) })}
      />
      <Check
        label={strings.spelling.check}
        hint={strings.spelling.hint}
        checked={writing.spelling}
        onCheck={(spelling) => choose({ spelling })}
      />
      <Problem text={problem} />
    </div>
  );
}
