//! One page with every part of the design system, in its states.

use frame::layout::breadcrumb::{Breadcrumb, Crumb};
use leptos::prelude::*;
use model::{problem::Problem, time::Timestamp};
use ui::{
    avatar::Avatar,
    badge::{Count, StatusChip, Tag, Tone},
    button::{Button, ButtonLook, ButtonSize, IconButton},
    card::{Card, PageHeader},
    empty::EmptyState,
    failure::ErrorCard,
    field::{
        Choice, LongTextField, MultiChoiceField, NumberField, SelectField, SliderField,
        SwitchField, TextField,
    },
    icon::{Glyph, Icon},
    progress::ProgressBar,
    relative_time::RelativeTime,
    skeleton::{Skeleton, SkeletonShape},
    status::Status,
    table::Table,
    tabs::{Tab, TabPanel, Tabs},
};

use crate::render::page::{count, render};

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

#[component]
fn Fields() -> impl IntoView {
    let options = vec![Choice::from("Photo"), Choice::from("Illustration"), Choice::from("3D")];
    let error = || Some("Describe the product in a sentence or two.".to_owned());
    view! {
        <Card title="Fields">
            <div class="form">
                <LongTextField
                    name="product"
                    label="Product description"
                    value=text("")
                    help="What it is, who it is for, what makes it different."
                    error=Signal::derive(error)
                    required=true
                    max_length=2000_usize
                />
                <div class="form__pair">
                    <TextField name="brand" label="Brand" value=text("Kettle & Co") />
                    <SelectField name="style" label="Style" value=text("Photo") options=options.clone() />
                </div>
                <SliderField name="quantity" label="Number of headlines" value=text("10") min=1.0 max=20.0 />
                <NumberField name="budget" label="Budget" value=text("0.50") min=0.0 help="In dollars." />
                <MultiChoiceField
                    name="channels"
                    label="Styles"
                    value=RwSignal::new(vec!["Photo".to_owned()])
                    options=options
                />
                <SwitchField name="auto" label="Run each step by itself" value=RwSignal::new(true) />
            </div>
        </Card>
    }
}

#[component]
fn Marks() -> impl IntoView {
    let chips = Status::ALL.map(|status| view! { <StatusChip status=status /> });
    let icons = Icon::ALL.iter().map(|icon| view! { <Glyph icon=*icon size=20 /> });
    let unknown = None::<f64>;
    view! {
        <Card title="Marks">
            <div class="stack">
                <div class="row">{chips.collect_view()}</div>
                <div class="row">
                    <StatusChip status=Status::Running detail="62%" />
                    <Tag>"Draft"</Tag>
                    <Tag tone=Tone::Warning icon=Icon::TriangleAlert>
                        "2 problems"
                    </Tag>
                    <Tag tone=Tone::Accent>"Sample"</Tag>
                    <Tag tone=Tone::Good>"Saved"</Tag>
                    <Count value=3 />
                    <Avatar name="Ada Lovelace" />
                    <Avatar name="Grace Hopper" />
                </div>
                <div class="row">{icons.collect_view()}</div>
                <ProgressBar percent=Some(62.0) label="Progress" />
                <ProgressBar percent=unknown label="Working" />
            </div>
        </Card>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let tabs =
        vec![Tab { key: "timeline", label: "Timeline" }, Tab { key: "events", label: "Events" }];
    let selected = RwSignal::new("timeline");
    let count = |key: &str| if key == "events" { 4 } else { 0 };
    view! {
        <Card title="Lists">
            <div class="stack">
                <Tabs id="dock" label="Details" tabs=tabs selected=selected count=count />
                <TabPanel id="dock" key="timeline" selected=selected>
                    <Table caption="Executions" columns=vec!["Name", "Status", "Started", "Cost", ""]>
                        <tr>
                            <td>"Facebook Ads #128"</td>
                            <td>
                                <StatusChip status=Status::Completed />
                            </td>
                            <td>
                                <RelativeTime at=Timestamp(1_795_169_000_000) />
                            </td>
                            <td>"$0.031"</td>
                            <td>
                                <IconButton icon=Icon::Ellipsis label="More" />
                            </td>
                        </tr>
                    </Table>
                </TabPanel>
                <TabPanel id="dock" key="events" selected=selected>
                    "Nothing yet"
                </TabPanel>
                <Skeleton shape=SkeletonShape::Rows />
            </div>
        </Card>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <Card title="Buttons">
            <div class="row">
                <Button look=ButtonLook::Primary icon=Icon::Play>"Launch"</Button>
                <Button icon=Icon::Pause>"Pause"</Button>
                <Button look=ButtonLook::Ghost>"Cancel"</Button>
                <Button look=ButtonLook::Danger icon=Icon::Trash>"Delete"</Button>
                <Button busy=true>"Saving"</Button>
                <Button disabled=true>"Not now"</Button>
                <Button size=ButtonSize::Small>"Small"</Button>
                <Button look=ButtonLook::Primary size=ButtonSize::Large>"Large"</Button>
                <IconButton icon=Icon::Moon label="Theme" />
                <IconButton icon=Icon::Star label="Favourite" pressed=true />
            </div>
        </Card>
    }
}

#[component]
fn Parts() -> impl IntoView {
    let crumbs = vec![Crumb::link("Workflows", "/"), Crumb::here("Facebook Ads Campaign")];
    view! {
        <main class="page">
            <Breadcrumb crumbs=crumbs />
            <PageHeader
                title="Parts"
                lead="Every part of the design system, in its states."
                actions=|| view! { <Button icon=Icon::Plus>"New workflow"</Button> }
            />
            <div class="stack">
                <Buttons />
                <Marks />
                <Fields />
                <Lists />
                <ErrorCard title="The documents could not be loaded" problem=Problem::internal() on_retry=|()| () />
                <Card>
                    <EmptyState
                        icon=Icon::Files
                        title="No documents yet"
                        text="They appear here as soon as a workflow writes its first one."
                    >
                        <Button look=ButtonLook::Primary>"Browse workflows"</Button>
                    </EmptyState>
                </Card>
            </div>
        </main>
    }
}

#[test]
fn every_part_renders_with_its_names() {
    let html = render("parts", "/", || view! { <Parts /> });

    assert_eq!(count(&html, "class=\"chip chip--status\""), 12);
    assert!(html.contains("aria-describedby=\"product-help product-error\""), "{html}");
    assert!(html.contains("aria-valuenow=\"62\""));
    assert!(html.contains("datetime=\"2026-11-20T10:03:20Z\""));
    assert!(html.contains("2026-11-20 10:03 UTC"));
    assert!(html.contains("aria-current=\"page\""));
    assert!(html.contains("role=\"switch\""));
}
