import cronstrue from "cronstrue";
import "cronstrue/locales/ko";

/** "@daily" and the like are no expressions of five fields. */
const SHORT: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** A cron expression in words, begun in lower case: "at 02:00". Null for what it cannot word. */
export function cronWords(expression: string, language: "en" | "ko"): string | null {
  const bare = expression.replace(/^(TZ|CRON_TZ)=\S+\s+/, "").trim();
  const fields = SHORT[bare] ?? bare;
  if (fields.startsWith("@")) return null;
  try {
    const words = cronstrue.toString(fields.replaceAll("?", "*"), {
      locale: language,
      use24HourTimeFormat: true,
      throwExceptionOnParseError: true,
    });
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch {
    return null;
  }
}
