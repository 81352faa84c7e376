/** Drawn on a 24 × 24 grid, 1.75 wide, in the colour of the text. */
const paths = {
  back: 'm14.5 6-6 6 6 6',
  send: 'M12 19V5M6 11l6-6 6 6',
  image:
    'M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5ZM4 17l5-5 4 4 3-3 4 4M9 9.25v.01',
  file: 'M13.5 3.5h-6A1.5 1.5 0 0 0 6 5v14a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 18 19V8l-4.5-4.5ZM13.5 3.5V8H18',
  choices: 'M7.5 4.5h9a3 3 0 0 1 0 6h-9a3 3 0 0 1 0-6ZM7.5 13.5h5a3 3 0 0 1 0 6h-5a3 3 0 0 1 0-6Z',
  cards:
    'M7 5h6.5A1.5 1.5 0 0 1 15 6.5v11a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 17.5v-11A1.5 1.5 0 0 1 5.5 5H7ZM18 7v10M21 9v6',
  close: 'M6 6l12 12M18 6 6 18',
  add: 'M12 5.5v13M5.5 12h13',
  leave: 'M10.5 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h4.5M9.5 12H20M16 8l4 4-4 4',
} as const;

export type IconName = keyof typeof paths;

/** Never the only carrier of a meaning: the button around it has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
