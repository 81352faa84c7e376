import type { ComponentProps, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

type Props = Omit<ComponentProps<'button'>, 'type' | 'className'> & {
  readonly look?: 'plain' | 'main' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly submits?: boolean;
  /** Something was asked for and has not been answered: the button stays focusable, and does nothing. */
  readonly busy?: boolean;
  readonly children: ReactNode;
};

export function Button({
  look = 'plain',
  icon,
  submits = false,
  busy = false,
  children,
  onClick,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={submits ? 'submit' : 'button'}
      className={`button button-${look}`}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'type' | 'className' | 'aria-label'> & {
  readonly icon: IconName;
  readonly label: string;
  readonly look?: 'quiet' | 'main';
  readonly submits?: boolean;
};

export function IconButton({ icon, label, look = 'quiet', submits = false, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={submits ? 'submit' : 'button'}
      className={`icon-button icon-button-${look}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}
