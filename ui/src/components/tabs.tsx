import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from "react-aria-components";

type TabsProps<T extends string> = {
  label: string;
  tabs: readonly { id: T; name: string; count?: number; panel: ReactNode }[];
  value?: T;
  onChange?: (value: T) => void;
  className?: string;
  listClassName?: string;
  panelClassName?: string;
  /** Stands at the right end of the line of tabs. */
  aside?: ReactNode;
};

/** Parts of one object. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  return (
    <AriaTabs
      className={props.className ?? "tabset"}
      selectedKey={props.value}
      onSelectionChange={(key) => {
        const chosen = props.tabs.find((tab) => tab.id === key);
        if (chosen) props.onChange?.(chosen.id);
      }}
    >
      <div className={`tabs${props.listClassName ? ` ${props.listClassName}` : ""}`}>
        <TabList className="tabs__list" aria-label={props.label}>
          {props.tabs.map((tab) => (
            <Tab key={tab.id} id={tab.id}>
              {tab.name}
              {tab.count !== undefined && <span className="n">{tab.count}</span>}
            </Tab>
          ))}
        </TabList>
        {props.aside}
      </div>
      {props.tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={props.panelClassName ?? "tabpanel"}>
          {tab.panel}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
