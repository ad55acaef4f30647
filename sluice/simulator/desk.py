"""The simulated desk: its departments, what they are asked for, and how they work on it."""

from dataclasses import dataclass
from datetime import timedelta

from api.tickets.enums import Priority
from sluice.history_import.events import StepBlueprint, WorkflowBlueprint


@dataclass(frozen=True)
class Department:
    name: str
    share: float
    time_zone: str
    country: str
    opens: int
    closes: int


@dataclass(frozen=True)
class Service:
    """One category of requests: its share in the department, sub-categories, and its workflow."""

    department: str
    category: str
    share: float
    topics: dict[str, tuple[str, ...]]
    workflow: WorkflowBlueprint


DEPARTMENTS = (
    Department("IT", 0.46, "Europe/Rome", "IT", 8, 18),
    Department("Human Resources", 0.20, "Europe/London", "GB", 9, 17),
    Department("Finance", 0.18, "America/New_York", "US", 8, 17),
    Department("Facilities", 0.16, "Asia/Singapore", "SG", 8, 18),
)

_STANDARD_HOURS = (4, 24, 48, 72)
_PATIENT_HOURS = (8, 36, 72, 120)


def _slas(hours: tuple[int, int, int, int]) -> dict[str, timedelta]:
    priorities = (Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW)
    return {str(priority): timedelta(hours=count) for priority, count in zip(priorities, hours, strict=True)}


def _support(department: str, category: str, specialists: str, lead: str) -> WorkflowBlueprint:
    """Triage, then a quick fix at the desk, or a specialist and a check that may send it back."""
    desk = f"{department} Service Desk"
    return WorkflowBlueprint(
        name=f"{department} {category}",
        department=department,
        category=category,
        sub_category="*",
        description=f"{category} requests to {department}",
        is_declared=True,
        slas=_slas(_STANDARD_HOURS),
        steps=(
            StepBlueprint("Triage", desk, lead, 0.2, is_start=True),
            StepBlueprint("Quick fix", desk, lead, 0.3, is_end=True),
            StepBlueprint("Specialist work", specialists, lead, 0.6),
            StepBlueprint("Verification", desk, lead, 0.2, is_end=True),
        ),
        transitions=(
            ("Triage", "Quick fix", "Known problem"),
            ("Triage", "Specialist work", "Needs a specialist"),
            ("Quick fix", "Specialist work", "Not that easy"),
            ("Specialist work", "Verification", "Done"),
            ("Verification", "Specialist work", "Rejected"),
        ),
    )


def _approval(department: str, category: str, approvers: str, fulfilment: str) -> WorkflowBlueprint:
    """Review, approval that may reject, fulfilment."""
    desk = f"{department} Service Desk"
    return WorkflowBlueprint(
        name=f"{department} {category}",
        department=department,
        category=category,
        sub_category="*",
        description=f"{category} requests to {department}, approved before they are met",
        is_declared=True,
        slas=_slas(_PATIENT_HOURS),
        steps=(
            StepBlueprint("Review", desk, approvers, 0.3, is_start=True),
            StepBlueprint("Approval", approvers, None, 0.3),
            StepBlueprint("Fulfilment", fulfilment, approvers, 0.6, is_end=True),
        ),
        transitions=(
            ("Review", "Approval", "Submitted"),
            ("Approval", "Fulfilment", "Approved"),
            ("Approval", "Review", "Rejected"),
        ),
    )


SERVICES = (
    Service("IT", "Access", 0.30, {
        "Password": ("Account locked after update", "Password reset does not arrive"),
        "VPN": ("VPN drops every few minutes", "VPN refuses my token"),
        "Permissions": ("No access to the shared drive", "Need access to the reporting tool"),
    }, _support("IT", "Access", "Identity Team", "IT Leads")),
    Service("IT", "Hardware", 0.25, {
        "Laptop": ("Laptop does not start", "Battery lasts half an hour"),
        "Printer": ("Printer jams on every page", "Toner empty on the third floor"),
        "Phone": ("Headset has no sound", "Desk phone does not ring"),
    }, _support("IT", "Hardware", "Field Engineers", "IT Leads")),
    Service("IT", "Software", 0.30, {
        "Email": ("Mailbox full", "Calendar invitations vanish"),
        "ERP": ("Posting fails with an error", "Report shows last month only"),
        "Office": ("Spreadsheet crashes on open", "Licence expired"),
    }, _support("IT", "Software", "Application Team", "IT Leads")),
    Service("IT", "Network", 0.15, {
        "Wi-Fi": ("No Wi-Fi in the meeting rooms", "Wi-Fi very slow"),
        "Outage": ("Site without connection", "Cannot reach the data centre"),
    }, _support("IT", "Network", "Network Engineers", "IT Leads")),
    Service("Human Resources", "Payroll", 0.45, {
        "Salary": ("Overtime missing on payslip", "Wrong tax class"),
        "Benefits": ("Insurance card not received", "Pension statement wrong"),
    }, _support("Human Resources", "Payroll", "Payroll Specialists", "HR Leads")),
    Service("Human Resources", "Onboarding", 0.30, {
        "New starter": ("New colleague starts Monday", "Badge and contract for an intern"),
        "Leaver": ("Return of equipment", "Last working day to confirm"),
    }, _approval("Human Resources", "Onboarding", "HR Leads", "HR Administration")),
    Service("Human Resources", "Leave", 0.25, {
        "Parental leave": ("Parental leave from spring", "Change of leave dates"),
        "Sick leave": ("Certificate handed in", "Days counted twice"),
    }, _approval("Human Resources", "Leave", "HR Leads", "HR Administration")),
    Service("Finance", "Expenses", 0.45, {
        "Travel": ("Hotel bill not refunded", "Mileage for a client visit"),
        "Cards": ("Company card declined", "Card statement cannot be matched"),
    }, _approval("Finance", "Expenses", "Finance Leads", "Accounts Payable")),
    Service("Finance", "Invoices", 0.30, {
        "Supplier": ("Invoice paid twice", "Supplier asks for payment"),
        "Customer": ("Credit note needed", "Wrong address on invoice"),
    }, _support("Finance", "Invoices", "Accounts Receivable", "Finance Leads")),
    Service("Finance", "Procurement", 0.25, {
        "Purchase": ("Order for two monitors", "New supplier to be listed"),
        "Contract": ("Contract ends next month", "Price list outdated"),
    }, _approval("Finance", "Procurement", "Finance Leads", "Buyers")),
    Service("Facilities", "Maintenance", 0.60, {
        "Heating": ("Office too cold", "Air conditioning drips"),
        "Lighting": ("Lamp flickers above desk", "Emergency light out"),
        "Plumbing": ("Tap does not close", "Water under the sink"),
    }, _support("Facilities", "Maintenance", "Building Technicians", "Facilities Leads")),
    Service("Facilities", "Workplace", 0.40, {
        "Move": ("Desk move for four people", "Team moves to another floor"),
        "Rooms": ("Room booked twice", "Projector missing"),
    }, _approval("Facilities", "Workplace", "Facilities Leads", "Space Planning")),
)  # fmt: skip

FIRST_NAMES = (
    "Ana", "Bilal", "Chiara", "Daniel", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Luca",
    "Maya", "Nadia", "Omar", "Paula", "Quentin", "Rosa", "Samir", "Tara", "Uma", "Viktor", "Wen", "Yusuf",
    "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Almeida", "Berg", "Costa", "Dubois", "Eriksen", "Ferrari", "Garcia", "Haddad", "Ivanova", "Jensen",
    "Kim", "Lopez", "Moretti", "Novak", "Okafor", "Petrov", "Quinn", "Rossi", "Schmidt", "Tanaka", "Ueda",
    "Vargas", "Walker", "Xu", "Yilmaz", "Zhang",
)  # fmt: skip
