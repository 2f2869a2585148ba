// Pure: the groups of the API's document.

export const TAGS = {
  Tasks: 'Follow generation jobs, and read what is known of them.',
  Clips: 'The songs whose audio is archived.',
  Links: 'Files for everybody: links that last.',
  Public: 'What everybody may see of the public songs.',
  Pages: 'What people see.',
  'Drop-in': 'A relay’s own routes and format: a client changes its base URL and key, nothing else.',
  Events: 'What happened, and what vendors call back.',
  Operations: 'For those who run it.',
} as const;
export type Tag = keyof typeof TAGS;
