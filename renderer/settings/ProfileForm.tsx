import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import type { Metadata, Profile } from '../../contract/model.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

type Row = { readonly id: number; readonly name: string; readonly value: string; readonly isNew: boolean };
const longest = 255;

/** A name, an address, and whatever else the business asks for. Only what was changed is sent. */
export function ProfileForm({ profile }: { readonly profile: Profile }) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [known, setKnown] = useState(profile);
  const [text, setText] = useState(() => textsOf(profile));
  const [rows, setRows] = useState(() => rowsOf(profile));
  const [saved, setSaved] = useState(false);
  const { busy, problem, ask } = useAsking();
  const id = useId();
  const say = strings.profile;
  const become = (next: () => void) => {
    setSaved(false);
    next();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const change = changed(known, text, rows);
    const answer = await ask(() => answered('updateUser', smooch.updateUser({ epoch, profile: change })));
    if (answer?.ok !== true) return;
    const now = { ...known, ...change, properties: { ...known.properties, ...change.properties } };
    setKnown(now);
    setRows(rowsOf(now));
    setSaved(true);
  };
  return (
    <form className="settings-group" onSubmit={(event) => void submit(event)}>
      <div className="settings-pair">
        {(['givenName', 'surname'] as const).map((field) => (
          <Field
            key={field}
            label={say.fields[field]}
            value={text[field]}
            maxLength={longest}
            autoComplete="off"
            onText={(value) => become(() => setText({ ...text, [field]: value }))}
          />
        ))}
      </div>
      <Field
        type="email"
        label={say.fields.email}
        value={text.email}
        maxLength={longest}
        autoComplete="off"
        onText={(email) => become(() => setText({ ...text, email }))}
      />
      <fieldset className="profile-properties">
        <legend>{say.properties}</legend>
        <p className="hint" id={`${id}-hint`}>
          {say.propertiesHint}
        </p>
        {rows.map((row) => (
          <div key={row.id} className="settings-pair">
            <Field
              label={say.propertyName}
              value={row.name}
              maxLength={128}
              readOnly={!row.isNew}
              onText={(name) => become(() => setRows(replaced(rows, { ...row, name })))}
            />
            <Field
              label={row.name.trim() === '' ? say.propertyValue : say.valueOf(row.name)}
              value={row.value}
              maxLength={longest}
              onText={(value) => become(() => setRows(replaced(rows, { ...row, value })))}
            />
          </div>
        ))}
        <div className="settings-buttons">
          <Button onClick={() => setRows([...rows, { id: rows.length, name: '', value: '', isNew: true }])}>
            {say.addProperty}
          </Button>
        </div>
      </fieldset>
      <Problem text={problem} />
      <p role="status">{saved ? say.saved : null}</p>
      <div className="settings-buttons">
        <Button look="main" icon="check" submits busy={busy}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}

type Texts = { readonly givenName: string; readonly surname: string; readonly email: string };

function textsOf({ givenName = '', surname = '', email = '' }: Profile): Texts {
  return { givenName, surname, email };
}

function rowsOf({ properties = {} }: Profile): readonly Row[] {
  return Object.entries(properties).map(([name, value], id) => ({
    id,
    name,
    value: String(value),
    isNew: false,
  }));
}

function replaced(rows: readonly Row[], row: Row): readonly Row[] {
  return rows.map((each) => (each.id === row.id ? row : each));
}

/** What is other than before; a number or a yes that nobody touched stays what it is. */
export function changed(before: Profile, text: Texts, rows: readonly Row[]): Profile {
  const known = textsOf(before);
  const fields = (['givenName', 'surname', 'email'] as const).filter(
    (field) => text[field].trim() !== known[field],
  );
  const properties: Metadata = Object.fromEntries(
    rows
      .map(({ name, value }) => [name.trim(), value.trim()] as const)
      .filter(([name, value]) => name !== '' && value !== String(before.properties?.[name] ?? '')),
  );
  return {
    ...Object.fromEntries(fields.map((field) => [field, text[field].trim()])),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
}
