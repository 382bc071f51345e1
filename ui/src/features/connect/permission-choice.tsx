import type { ScopeView } from "../../ipc/generated";
import { Button } from "../../components/button";
import { PermissionCheck } from "../../components/permission-check";
import { texts } from "../../texts/sign-in";

type PermissionChoiceProps = {
  scopes: readonly ScopeView[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
};

/** The least that is usual is ticked; everything beyond it is the person's choice. */
export function usualOf(scopes: readonly ScopeView[]): ReadonlySet<string> {
  return new Set(scopes.filter((each) => each.default).map((each) => each.value));
}

/** What the connection may do. */
export function PermissionChoice({ scopes, chosen, onChange }: PermissionChoiceProps) {
  const usual = usualOf(scopes);
  const isUsual = usual.size === chosen.size && [...usual].every((value) => chosen.has(value));
  return (
    <section aria-label={texts.permissionsTitle}>
      <div className="row choice-head">
        <h2 className="grow">{texts.permissionsTitle}</h2>
        <span className="t3 small num">{texts.chosen(chosen.size, scopes.length)}</span>
        <Button kind="ghost" size="sm" isDisabled={isUsual} onPress={() => onChange(usual)}>
          {texts.usual}
        </Button>
      </div>
      <div className="permission-grid">
        {scopes.map((each) => (
          <PermissionCheck
            key={each.value}
            name={each.name || each.value}
            description={each.description ?? undefined}
            checked={chosen.has(each.value)}
            onChange={(on) => {
              const next = new Set(chosen);
              if (on) next.add(each.value);
              else next.delete(each.value);
              onChange(next);
            }}
          />
        ))}
      </div>
    </section>
  );
}
