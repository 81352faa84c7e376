import { parts } from './file-names.ts';

/** A name that gets shorter in its middle where there is no room: its end says what it is. */
export function FileName({ name }: { readonly name: string }) {
  const { head, tail } = parts(name);
  return (
    <bdi className="file-name" title={name}>
      <span className="file-head">{head}</span>
      {tail !== '' && <span>{tail}</span>}
    </bdi>
  );
}
