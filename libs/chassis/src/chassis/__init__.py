"""Microservice chassis: all that a Bellhop service needs and that is not its business."""
