import { X } from "lucide-react";
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
  Text,
} from "react-aria-components";
import { texts } from "../texts/common";
import { Button, IconButton } from "./button";
import { Jack, type JackShape } from "./jack";

export type Toast = {
  title: string;
  detail?: string;
  jack?: JackShape;
  action?: { name: string; run: () => void };
};

const queue = new ToastQueue<Toast>({ maxVisibleToasts: 3 });
const LASTS_MS = 6000;

/** Says that something was done; goes by itself after six seconds, later while hovered or focused. */
export function say(toast: Toast): () => void {
  const key = queue.add(toast, { timeout: LASTS_MS });
  return () => queue.close(key);
}

/** Says what went wrong, or is under way; stays until it is dismissed or replaced. */
export function sayAndStay(toast: Toast): () => void {
  const key = queue.add(toast);
  return () => queue.close(key);
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={texts.messages}>
      {({ toast }) => (
        <AriaToast toast={toast} className="toast">
          {toast.content.jack && <Jack shape={toast.content.jack} />}
          <ToastContent className="grow">
            <Text slot="title" elementType="p" className="med">
              {toast.content.title}
            </Text>
            {toast.content.detail && (
              <Text slot="description" elementType="p" className="small t2">
                {toast.content.detail}
              </Text>
            )}
          </ToastContent>
          {toast.content.action && (
            <Button
              kind="ghost"
              size="sm"
              onPress={() => {
                toast.content.action?.run();
                queue.close(toast.key);
              }}
            >
              {toast.content.action.name}
            </Button>
          )}
          <IconButton slot="close" size="sm" icon={X} label={texts.dismiss} tip={false} />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
