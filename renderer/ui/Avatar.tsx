import { initials } from './names.ts';

/** Initials in a circle. Decoration: the name always stands beside it as text. */
export function Avatar({
  name,
  tone,
  size = 'medium',
}: {
  readonly name: string;
  readonly tone: 'self' | 'other' | 'business' | 'nobody';
  readonly size?: 'small' | 'medium' | 'large';
}) {
  return (
    <span className={`avatar avatar-${tone} avatar-${size}`} aria-hidden="true">
      {tone === 'nobody' ? <Person /> : initials(name)}
    </span>
  );
}

function Person() {
  return (
    <svg viewBox="0 0 24 24" className="icon" fill="currentColor">
      <circle cx="12" cy="8.5" r="3.75" />
      <path d="M4.75 19.5a7.25 5.75 0 0 1 14.5 0 .75.75 0 0 1-.75.75h-13a.75.75 0 0 1-.75-.75Z" />
    </svg>
  );
}
