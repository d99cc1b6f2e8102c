"""Pictures of a plan: the roadmap, value against risk, cash flow, sensitivity, and KPIs as they were measured.

Each is drawn once and given as SVG for pages and HTML, in light or dark, and as PNG for Word.
"""

from discovery_agent.discovery.drawing.cash_flow import cash_flow_picture
from discovery_agent.discovery.drawing.gantt import gantt_pages, gantt_picture
from discovery_agent.discovery.drawing.kpi_line import kpi_picture
from discovery_agent.discovery.drawing.matrix import matrix_picture
from discovery_agent.discovery.drawing.picture import COLOURS_OF_PAGE, Picture
from discovery_agent.discovery.drawing.tornado import tornado_picture

__all__ = [
    "COLOURS_OF_PAGE",
    "Picture",
    "cash_flow_picture",
    "gantt_pages",
    "gantt_picture",
    "kpi_picture",
    "matrix_picture",
    "tornado_picture",
]
