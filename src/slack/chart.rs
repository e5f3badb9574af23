//! Figures as a chart; and as a table, where Slack does not take charts.

use slack_morphism::prelude::{
    SlackBlock, SlackChart, SlackChartAxisConfig, SlackChartDataPoint, SlackChartDataSeries,
    SlackDataVisualizationBlock, SlackSeriesChart, SlackTableBlock, SlackTableCell,
};

use super::text::cut;

/// Slack's limits (docs.slack.dev, data visualization block; SLACK.md 1.12).
const TITLE: usize = 50;
const LABEL: usize = 20;
/// So many categories fit.
pub const CATEGORIES: usize = 20;
const SERIES: usize = 6;

/// Figures of the same categories, side by side: each series has a name and a figure for every category. The names of
/// categories differ from each other. What it says is said in words as well: a chart is heard by nobody.
#[must_use]
pub fn bars(title: &str, categories: &[String], series: &[(&str, Vec<i64>)]) -> SlackBlock {
    let categories: Vec<String> = categories.iter().take(CATEGORIES).map(|name| cut(name, LABEL)).collect();
    let series = series.iter().take(SERIES).map(|(name, figures)| {
        let point = |(label, figure): (&String, &i64)| {
            SlackChartDataPoint::new(label.clone(), serde_json::Number::from(*figure))
        };
        SlackChartDataSeries::new(cut(name, LABEL), categories.iter().zip(figures).map(point).collect())
    });
    let chart = SlackSeriesChart::new(series.collect(), SlackChartAxisConfig::new(categories.clone()));
    SlackDataVisualizationBlock::new(cut(title, TITLE), SlackChart::Bar(chart)).into()
}

/// The same blocks with a table in the place of the chart; `None` where there is no chart.
#[must_use]
pub fn with_tables(blocks: &[SlackBlock]) -> Option<Vec<SlackBlock>> {
    let is_chart = |block: &SlackBlock| matches!(block, SlackBlock::DataVisualization(_));
    let first = blocks.iter().position(is_chart)?;
    // A message has one table at most.
    let kept = blocks.iter().enumerate().filter(|(index, block)| *index == first || !is_chart(block));
    Some(
        kept.filter_map(|(_, block)| if is_chart(block) { table(block) } else { Some(block.clone()) })
            .collect(),
    )
}

fn table(block: &SlackBlock) -> Option<SlackBlock> {
    let SlackBlock::DataVisualization(block) = block else { return None };
    let (SlackChart::Bar(chart) | SlackChart::Area(chart) | SlackChart::Line(chart)) = &block.chart else {
        return None;
    };
    let names = chart.series.iter().map(|series| series.name.clone().into());
    let first: Vec<SlackTableCell> = std::iter::once(block.title.clone().into()).chain(names).collect();
    let row = |(index, label): (usize, &String)| -> Vec<SlackTableCell> {
        let figure = |series: &SlackChartDataSeries| {
            series.data.get(index).map(|point| point.value.to_string()).unwrap_or_default().into()
        };
        std::iter::once(label.clone().into()).chain(chart.series.iter().map(figure)).collect()
    };
    let rows = chart.axis_config.categories.iter().enumerate().map(row);
    Some(SlackTableBlock::new(std::iter::once(first).chain(rows).collect()).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_chart_becomes_a_table() {
        let categories = ["24 Nov".to_owned(), "8 Dec".to_owned()];
        let chart = bars("Groups", &categories, &[("Introduced", vec![16, 17]), ("Talked", vec![12, 9])]);
        let divider: SlackBlock = serde_json::from_value(json!({"type": "divider"})).expect("a block");
        let blocks = [divider.clone(), chart.clone(), chart];
        let table = with_tables(&blocks).expect("there was a chart");
        assert_eq!(
            serde_json::to_value(&table).expect("JSON"),
            json!([
                {"type": "divider"},
                {"type": "table", "rows": [
                    [{"type": "raw_text", "text": "Groups"}, {"type": "raw_text", "text": "Introduced"}, {"type": "raw_text", "text": "Talked"}],
                    [{"type": "raw_text", "text": "24 Nov"}, {"type": "raw_text", "text": "16"}, {"type": "raw_text", "text": "12"}],
                    [{"type": "raw_text", "text": "8 Dec"}, {"type": "raw_text", "text": "17"}, {"type": "raw_text", "text": "9"}],
                ]},
            ])
        );
        assert_eq!(with_tables(&[divider]), None);
    }
}
