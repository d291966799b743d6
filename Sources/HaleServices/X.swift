import Subprocess
import Logging
