"""Models of requests and answers. The endpoints check by them, the OpenAPI document shows them."""
