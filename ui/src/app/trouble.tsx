import type { ErrorComponentProps } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Button } from "../components/button";
import { Icon } from "../components/icon";
import { texts } from "../texts/errors";

/** A screen that broke: says so in its place, and leaves the rest of the window alone. */
export function Trouble({ reset }: ErrorComponentProps) {
  return (
    <main className="main">
      <div className="mid">
        <div className="mid__box" role="alert">
          <div className="seal seal--bad">
            <Icon of={TriangleAlert} size={24} />
          </div>
          <h1>{texts.screenBroke}</h1>
          <p className="t2 mid__say">{texts.screenBrokeSafe}</p>
          <Button kind="primary" onPress={reset}>
            {texts.reload}
          </Button>
        </div>
      </div>
    </main>
  );
}
