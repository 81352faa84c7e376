const longest = 120;
/** What no file system, or no eye, takes for a part of a name: separators, control and format characters. */
const unfit = /[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]/gu;
/** Names that Windows keeps for devices, whatever follows the point. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;

/** A name as it may be shown and be written: the last part of a path in any system's spelling, of a length that fits. */
export function cleanFileName(raw: string): string {
  const last = raw.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(unfit, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const name = device.test(plain) ? `_${plain}` : plain;
  const { stem, extension } = partsOf(name);
  const room = longest - extension.length;
  return name === '' ? 'file' : `${[...stem].slice(0, room).join('')}${extension}`;
}

/** The last part of an address, as it would be shown. */
export function fileNameOf(url: string): string {
  const name = url.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The extension with its point, empty if there is none; the stem is what stands before it. */
function partsOf(name: string): { readonly stem: string; readonly extension: string } {
  const extension = /(?<=[^.])\.[\p{L}\p{N}_-]{1,16}$/u.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - extension.length), extension };
}

/** The extensions that files of a type have; the first one is given to one that has none of them. */
const extensions: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['.png'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/gif': ['.gif'],
  'image/webp': ['.webp'],
  'audio/mpeg': ['.mp3'],
  'audio/ogg': ['.ogg', '.oga', '.opus'],
  'audio/wav': ['.wav'],
  'audio/mp4': ['.m4a', '.m4b'],
  'video/mp4': ['.mp4', '.m4v'],
  'video/webm': ['.webm'],
  'application/pdf': ['.pdf'],
  'application/zip': ['.zip', '.docx', '.xlsx', '.pptx', '.odt', '.ods', '.odp', '.epub'],
};

/** What a system runs, or a browser runs scripts of, when somebody opens it: never the end of a name that we give. */
const running = new RegExp(
  String.raw`\.(?:${[
    'exe|com|scr|pif|bat|cmd|ps1|psm1|vbs?|vbe|jse?|mjs|wsf|wsh|hta|msi|msp|msc|cpl|reg|inf|lnk|url|scf|dll|sys',
    'jar|jnlp|class|sh|bash|zsh|csh|fish|run|bin|out|desktop|service|appimage|deb|rpm|apk|app|command|tool|dmg|pkg',
    'py|pyc|pyw|pl|rb|php|lua|html?|xhtml?|shtml|mht(?:ml)?|svgz?|xml|xsl|swf|docm|xlsm|pptm|dotm|xltm|xll|iso|vhdx?',
  ].join('|')})$`,
  'i',
);

/** The name under which a file is offered to be saved: its extension is that of what it is by its bytes. */
export function savedFileName(name: string, mediaType: string | null): string {
  const clean = cleanFileName(name);
  const fitting = mediaType === null ? undefined : extensions[mediaType];
  if (fitting === undefined) return running.test(clean) ? `${clean}.txt` : clean;
  if (fitting.some((extension) => clean.toLowerCase().endsWith(extension))) return clean;
  return `${partsOf(clean).stem}${fitting[0] ?? ''}`;
}
