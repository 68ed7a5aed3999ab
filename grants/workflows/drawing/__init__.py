"""The picture of a circuit and its text: both are made from one reading of it, the chart."""

from grants.workflows.drawing.chart import Chart, Move, Place, chart_of
from grants.workflows.drawing.svg import svg_of
from grants.workflows.drawing.telling import Stage, stages_of, summary_of

__all__ = ["Chart", "Move", "Place", "Stage", "chart_of", "stages_of", "summary_of", "svg_of"]
