from api.kit.errors import NotFoundError


class NotificationNotFoundError(NotFoundError):
    error = "Notification not found"


class WebhookNotFoundError(NotFoundError):
    error = "Webhook not found"


class DeliveryNotFoundError(NotFoundError):
    error = "Delivery not found"
