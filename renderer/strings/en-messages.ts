// What the app says in English about what messages hold.

export const enMessages = {
  messages: {
    deleted: 'This message was deleted.',
    /** A message that is nothing but its quick replies. */
    choices: (choices: string) => `Choose one: ${choices}`,
    quoteJump: (author: string, text: string) => `In answer to ${author}: ${text}. Go to that message`,
    quoteGone: 'A message that is not on this computer',
    quoteUnseen: 'An earlier message',
    quoteOther: 'an earlier message',
    actionUnknown: (text: string) => `${text} (this version cannot do this)`,
    doubts: {
      unreadable: 'This sender gave no readable name.',
      lookAlike: 'Looks like another name.',
    },
    leadsTo: (host: string) => `Leads to ${host}`,
    disguised: (host: string) => `Looks like another address: it leads to ${host}`,
  },
  forms: {
    label: 'Form',
    send: 'Send answers',
    sending: 'Sending…',
    answered: 'You answered this form.',
    onItsWay: 'Your answers are on their way.',
    notSent: 'Your answers were not sent. Try again, or delete them to answer anew.',
    choose: 'Choose one',
    given: 'Your answers',
    problems: {
      missing: 'Answer this question.',
      choice: 'Choose one of these.',
      email: 'Enter an email address such as ana@example.com.',
      short: (least: number) => `This is too short. Write at least ${least} characters.`,
      long: (most: number) => `This is too long. Write at most ${most} characters.`,
    },
    summary: 'a form',
    first: 'Please answer the form first. What you were writing is kept.',
    toForm: 'To the form',
  },
};
