import { useEffect, useState } from 'react';
import type { DeviceProfile } from '../../contract/device-profile.ts';
import { strings } from '../strings/strings.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

const labels: ReadonlyMap<string, string> = new Map(Object.entries(strings.profile.device));

/** Every field that is sent about this device, as it is sent. */
export function DeviceTable() {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [fields, setFields] = useState<DeviceProfile>([]);
  useEffect(() => {
    let isWanted = true;
    void answered('deviceProfile', smooch.deviceProfile({ epoch })).then((answer) => {
      if (isWanted && answer.ok) setFields(answer.value);
    });
    return () => {
      isWanted = false;
    };
  }, [epoch, smooch]);
  const say = strings.profile;
  if (fields.length === 0) return null;
  return (
    <section className="settings-group">
      <h3>{say.deviceTitle}</h3>
      <p className="hint">{say.deviceHint}</p>
      <table className="device-table" aria-label={say.deviceTitle}>
        <tbody>
          {fields.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{labels.get(name) ?? name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
