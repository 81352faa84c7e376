import { useId } from 'react';
import { locale, strings } from '../strings/strings.ts';
import { IconButton } from '../ui/Button.tsx';
import { Check } from '../ui/Check.tsx';
import { SelectChoice } from '../ui/Choice.tsx';
import { Icon } from '../ui/Icon.tsx';
import { shownName } from '../ui/names.ts';
import { Problem } from '../ui/Problem.tsx';
import { shownSize } from '../ui/sizes.ts';
import { smallerSize } from './drawing.ts';
import { FileName } from './FileName.tsx';
import { kindIcons, kindOf } from './file-names.ts';
import { isDecodable } from './pictures.ts';
import type { Picture } from './pictures.ts';
import type { Chosen } from './selection.ts';
import type { Wish } from './outgoing.ts';
import { canStrip, mayTellPlace } from './without-metadata.ts';

type Change = (wish: Partial<Pick<Wish, 'altText' | 'strip' | 'smaller'>>) => void;

type Props = {
  readonly chosen: Chosen;
  readonly disabled: boolean;
  readonly onChange: Change;
  readonly onRemove: () => void;
};

export function AttachRow({ chosen, disabled, onChange, onRemove }: Props) {
  const { file, picture, thumbnail, problem } = chosen;
  const name = shownName(file.name, strings.cards.file);
  return (
    <li className="chosen-file">
      <div className="chosen-line">
        <span className="chosen-thumbnail">
          {thumbnail === null ? <Icon name={kindIcons[kindOf(file.type)]} /> : <img src={thumbnail} alt="" />}
        </span>
        <span className="card-words">
          <FileName name={name} />
          <span className="card-detail">{shownSize(file.size, locale())}</span>
        </span>
        <IconButton
          icon="close"
          label={strings.attachments.sheet.remove(name)}
          disabled={disabled}
          onClick={onRemove}
        />
      </div>
      {picture !== null && (
        <PictureWishes chosen={chosen} picture={picture} disabled={disabled} onChange={onChange} />
      )}
      {picture === null && mayTellPlace(file) && <p className="hint">{strings.attachments.sheet.mayTell}</p>}
      <Problem text={problem} />
    </li>
  );
}

type WishesProps = {
  readonly chosen: Chosen;
  readonly picture: Picture;
  readonly disabled: boolean;
  readonly onChange: Change;
};

function PictureWishes({ chosen, picture, disabled, onChange }: WishesProps) {
  const say = strings.attachments.sheet;
  const id = useId();
  const smaller = isDecodable(picture) ? smallerSize(picture) : null;
  return (
    <div className="chosen-wishes">
      {!isDecodable(picture) && <p className="hint">{say.tooManyPixels}</p>}
      <div className="field">
        <label htmlFor={id}>{say.altText}</label>
        <input
          id={id}
          dir="auto"
          maxLength={2_000}
          disabled={disabled}
          value={chosen.altText}
          onChange={(event) => onChange({ altText: event.target.value })}
        />
      </div>
      {smaller !== null && (
        <SelectChoice
          label={say.size}
          options={[
            { value: 'original', label: say.original(picture.width, picture.height) },
            { value: 'smaller', label: say.smaller(smaller.width, smaller.height) },
          ]}
          value={chosen.smaller ? 'smaller' : 'original'}
          disabled={disabled}
          onChoose={(size) => onChange({ smaller: size === 'smaller' })}
        />
      )}
      {canStrip(picture) && (
        // A copy is drawn from the pixels alone.
        <Check
          label={say.strip}
          checked={chosen.strip || chosen.smaller}
          disabled={disabled || chosen.smaller}
          onCheck={(strip) => onChange({ strip })}
        />
      )}
    </div>
  );
}
