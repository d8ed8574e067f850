import { SlidersHorizontal } from "lucide-react";
import { PreferenceFields } from "../feature/preferences/PreferenceFields";
import { useText } from "../text";
import { Button } from "../ui/Button";
import { Popover } from "../ui/Popover";

/** The button of the top bar for theme, language, zone, density. */
export function ViewMenu() {
  const text = useText();
  return (
    <Popover
      label={text.view}
      placement="bottom end"
      trigger={
        <Button kind="icon" label={text.view}>
          <SlidersHorizontal size={16} strokeWidth={1.75} />
        </Button>
      }
    >
      {() => <PreferenceFields />}
    </Popover>
  );
}
