# SPDX-License-Identifier: Apache-2.0
"""What type checkers see of the namespaces; nothing else imports it."""
