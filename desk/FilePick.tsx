import { useRef } from 'react';
import { Icon } from './Icon.tsx';

/** A button that opens the system's choice of files; the input itself cannot be styled. */
export function FilePick({
  label,
  accept,
  onPick,
}: {
  readonly label: string;
  readonly accept?: string;
  readonly onPick: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        <Icon name="image" />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        {...(accept !== undefined && { accept })}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) onPick(file);
        }}
      />
    </>
  );
}
