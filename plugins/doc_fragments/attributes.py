# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of this collection support."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the attributes."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - Only C(GET) and C(HEAD) requests are sent (and requests for a token). The results C(changed), C(actions) and
        C(diff) are those of the real run.
  diff_mode:
    support: full
    description: Returns details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - This module changes nothing.
  diff_mode:
    support: N/A
    description: Returns details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    details:
      - This module changes nothing.
"""

    # What all modules have, and with it what goes for none but modules of the options in `registry`.
    GROUP = r"""
attributes:
  action_group:
    support: full
    description: Use C(group/regops.oci_registry.registry) in C(module_defaults) to set defaults for this module.
    membership:
      - regops.oci_registry.registry
requirements:
  - requests
notes:
  - The connection options can be set once for all modules of the collection by C(module_defaults) of the group
    C(group/regops.oci_registry.registry).
  - Proxies are taken from E(HTTP_PROXY), E(HTTPS_PROXY) and E(NO_PROXY).
"""

    IN_PROCESS = r"""
attributes:
  action:
    support: full
    description: Has an action plugin of its name, which runs the same operation inside the controller where it can.
    details:
      - It does where the task runs on the controller anyway, by the connection P(ansible.builtin.local#connection) and
        without C(become) and C(async), where the controller's Python has C(requests), and unless
        C(ansible_python_interpreter) names another Python. That saves what the start of a module costs, and a transfer
        that takes long can say how far it is. Otherwise the module runs as any other does. The results are the same.
      - Where the variable C(regops_in_process) is V(never), it always runs as a module. So it does with the environment
        variable E(REGOPS_IN_PROCESS), or C(in_process) in the section C([regops]) of C(ansible.cfg). The default is
        V(auto).
      - With C(-vvv) each task says in which way it runs, and why.
  async:
    support: full
    description: Supports being used with the C(async) keyword.
"""
